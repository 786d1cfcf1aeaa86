import { AppError, type LocalText } from '@zaphub/types';
import { checkUrl, type UrlProblem } from './check-url.ts';
import type { WebhookTargets } from '../../routing/index.ts';

const urlWords: Readonly<Record<UrlProblem, LocalText>> = {
  not_a_url: {
    en: 'This is not an address. Write it whole, such as https://example.com/zaphub.',
    'pt-BR': 'Isto não é um endereço. Escreva-o completo, como https://exemplo.com.br/zaphub.',
  },
  not_https: {
    en: 'The address must begin with https://, so that nobody on the way can read what is told.',
    'pt-BR': 'O endereço deve começar com https://, para que ninguém no caminho leia o que é enviado.',
  },
  holds_password: {
    en: 'The address holds a name or a password. Leave them out: every request is signed.',
    'pt-BR': 'O endereço contém um usuário ou uma senha. Retire-os: todo pedido é assinado.',
  },
  port: {
    en: 'Webhooks go to port 443 or 8443 only.',
    'pt-BR': 'Webhooks vão apenas para a porta 443 ou 8443.',
  },
  private_address: {
    en: 'The address leads to a private network. It must be reachable from the internet.',
    'pt-BR': 'O endereço leva a uma rede privada. Ele precisa ser alcançável pela internet.',
  },
  too_long: {
    en: 'The address is longer than 2,000 characters.',
    'pt-BR': 'O endereço tem mais de 2.000 caracteres.',
  },
};

/**
 * The normal form of an endpoint's address.
 * @throws AppError `webhook_url_refused` with what is wrong, in words
 */
export function readUrl(text: string, rules: WebhookTargets): string {
  const checked = checkUrl(text, rules);
  if ('url' in checked) return checked.url.href;
  throw new AppError('webhook_url_refused', `the url of a webhook was refused: ${checked.problem}`, {
    publicMessage: urlWords[checked.problem],
    details: { problem: checked.problem },
  });
}
