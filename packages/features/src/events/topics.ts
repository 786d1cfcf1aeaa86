import { AppError, fromPublicId } from '@zaphub/types';
import type { LocalText } from '@zaphub/types';
import type { EventTopic } from './publish.ts';

const maxTopics = 50;

/**
 * Reads `campaign:cmp_…,import:imp_…`. Whether such a thing exists is not asked: a stream shows the events of
 * the caller's tenant only, so a topic of somebody else is as silent as a random one.
 * @throws AppError `bad_request`
 */
export function parseTopics(text: string): EventTopic[] {
  const topics = text.split(',');
  if (topics.length > maxTopics)
    throw invalidTopics({ en: `at most ${maxTopics} topics`, 'pt-BR': `no máximo ${maxTopics} tópicos` });
  return topics.map((topic): EventTopic => {
    const [kind, id, ...rest] = topic.split(':');
    if ((kind === 'campaign' || kind === 'import') && id !== undefined && rest.length === 0) {
      const uuid = fromPublicId(kind, id);
      if (uuid !== undefined) return `${kind}:${uuid}`;
    }
    throw invalidTopics({
      en: 'a topic looks like campaign:cmp_… or import:imp_…',
      'pt-BR': 'um tópico tem a forma campaign:cmp_… ou import:imp_…',
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
