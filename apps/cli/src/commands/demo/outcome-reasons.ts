import type { Database, TenantScope } from '@zaphub/db';
import { compileTemplate, reasonWords, rowErrorWords, runPreflight } from '@zaphub/features';
import type { RowErrorCode } from '@zaphub/types';
import type { Language } from '../../language.ts';

/** How often one reason occurred, most frequent first in every list. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

/** Why some got nothing. */
export interface OutcomeReasons {
  /** Rows of the file that were refused. */
  readonly refused: readonly ReasonCount[];
  /** Recipients who were skipped, failed, or whose answer was lost. */
  readonly notSent: readonly ReasonCount[];
}

/** Reads the reasons of everything that did not go out, in words of `language`; there is one import, one campaign. */
export function readReasons(db: Database, scope: TenantScope, language: Language): Promise<OutcomeReasons> {
  return db.tenant(scope, async (tx) => {
    const refused = await tx.rows<{ reason: RowErrorCode; count: number }>(
      `select code as reason, count(*) as count from import_errors
       where tenant_id = $1 group by code order by count desc, code`,
      [scope.tenantId],
    );
    const notSent = await tx.rows<ReasonCount>(
      `select reason, count(*) as count from messages
       where tenant_id = $1 and reason is not null and state in ('skipped', 'failed', 'dlq', 'unknown')
       group by reason order by count desc, reason`,
      [scope.tenantId],
    );
    const words = rowErrorWords[language];
    return {
      refused: refused.map(({ reason, count }) => ({ reason: words[reason], count })),
      notSent: notSent.map(({ reason, count }) => ({ reason: reasonWords(language, reason), count })),
    };
  });
}

/**
 * Names the variables of a text that contacts have no value for, as a warning before the campaign, since such
 * contacts are skipped; undefined when nothing is missing.
 * @throws AppError `template_invalid`
 */
export async function missingVariables(
  db: Database,
  scope: TenantScope,
  body: string,
  language: Language,
): Promise<string | undefined> {
  if (compileTemplate(body).required.length === 0) return undefined; // The whole file need not be looked through.
  const input = { audience: { kind: 'all' }, body } as const;
  const { missing_variables: missing } = await runPreflight({ db }, scope, input);
  const [first] = missing;
  if (first === undefined) return undefined;
  const count = new Intl.NumberFormat(language);
  const list = missing.map((each) => `{{ ${each.variable} }} (${count.format(each.contacts)})`).join(', ');
  return {
    en: `The text uses values that contacts do not have: ${list}. These contacts are skipped. To send anyway, give a default: {{ ${first.variable} | default: "…" }}`,
    'pt-BR': `O texto usa dados que há contatos sem: ${list}. Esses contatos são pulados. Para enviar mesmo assim, dê um valor padrão: {{ ${first.variable} | default: "…" }}`,
  }[language];
}
