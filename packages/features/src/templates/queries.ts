import type { TenantScope, Tx } from '@zaphub/db';

/** A template as it is stored. */
export interface TemplateRow {
  id: string;
  name: string;
  body: string;
  created_at: Date;
  updated_at: Date;
}

const columns = 'id, name, body, created_at, updated_at';

/** Reads one living template; `undefined` when this tenant has none with that id. */
export async function findTemplate(scope: TenantScope, tx: Tx, id: string): Promise<TemplateRow | undefined> {
  return tx.maybeOne<TemplateRow>(
    `select ${columns} from templates where tenant_id = $1 and id = $2 and deleted_at is null`,
    [scope.tenantId, id],
  );
}

/** Living templates, newest first, from the place after `after`. */
export async function listTemplates(
  scope: TenantScope,
  tx: Tx,
  after: string | undefined,
  take: number,
): Promise<TemplateRow[]> {
  return tx.rows<TemplateRow>(
    `select ${columns} from templates
     where tenant_id = $1 and deleted_at is null and ($2::uuid is null or id < $2)
     order by id desc limit $3`,
    [scope.tenantId, after ?? null, take],
  );
}

/** @throws the unique violation `templates_name` */
export async function insertTemplate(
  scope: TenantScope,
  tx: Tx,
  input: { name: string; body: string },
): Promise<TemplateRow> {
  return tx.one<TemplateRow>(
    `insert into templates (tenant_id, name, body) values ($1, $2, $3) returning ${columns}`,
    [scope.tenantId, input.name, input.body],
  );
}

/** @throws the unique violation `templates_name` */
export async function saveTemplate(
  scope: TenantScope,
  tx: Tx,
  id: string,
  input: { name: string; body: string },
): Promise<TemplateRow | undefined> {
  return tx.maybeOne<TemplateRow>(
    `update templates set name = $3, body = $4, updated_at = now()
     where tenant_id = $1 and id = $2 and deleted_at is null returning ${columns}`,
    [scope.tenantId, id, input.name, input.body],
  );
}

/** Hides a template and frees its name; campaigns keep the text they were made with. */
export async function hideTemplate(scope: TenantScope, tx: Tx, id: string): Promise<boolean> {
  const touched = await tx.run(
    'update templates set deleted_at = now() where tenant_id = $1 and id = $2 and deleted_at is null',
    [scope.tenantId, id],
  );
  return touched === 1;
}

/** The contact a preview is written to. */
export interface SampleContactRow {
  id: string;
  name: string | null;
  phone: string | null;
  attributes: Record<string, string>;
}

/** The named contact, or the newest one; `undefined` when there is none. */
export async function findSampleContact(
  scope: TenantScope,
  tx: Tx,
  id: string | undefined,
): Promise<SampleContactRow | undefined> {
  return tx.maybeOne<SampleContactRow>(
    `select id, name, phone, attributes from contacts
     where tenant_id = $1 and ($2::uuid is null or id = $2) order by id desc limit 1`,
    [scope.tenantId, id ?? null],
  );
}
