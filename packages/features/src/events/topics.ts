import { AppError, fromPublicId } from '@zaphub/types';
import type { LocalText } from '@zaphub/types';
import type { EventTopic } from './publish.ts';

const maxTopics = 50;

/**
 * Reads `campaign:cmp_…,import:imp_…`; whether there are such things is another question.
 * @throws AppError `bad_request`
 */
export function parseTopics(text: string): EventTopic[] {
  const topics = text.split(',');
  if (topics.length > maxTopics)
    throw invalidTopics({ en: `at most ${maxTopics} topics`, 'pt-BR': `no máximo ${maxTopics} tópicos` });
  return topics.map((topic): EventTopic => {
    const [kind, id, ...rest] = topic.split(':');
    if (
      (kind === 'campaign' || kind === 'import' || kind === 'connection' || kind === 'conversation') &&
      id !== undefined &&
      rest.length === 0
    ) {
      const uuid = fromPublicId(kind, id);
      if (uuid !== undefined) return `${kind}:${uuid}`;
    }
    throw invalidTopics({
      en: 'a topic looks like campaign:cmp_…, import:imp_… or connection:ses_…',
      'pt-BR': 'um tópico tem a forma campaign:cmp_…, import:imp_… ou connection:ses_…',
    });
  });
}

function invalidTopics(reason: LocalText): AppError {
  return new AppError('bad_request', reason.en, {
    publicMessage: {
      en: `The topics cannot be read: ${reason.en}.`,
      'pt-BR': `Não foi possível ler os tópicos: ${reason['pt-BR']}.`,
    },
  });
}
