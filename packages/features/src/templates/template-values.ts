/** What a template may know about the contact it is written to. */
export interface TemplateContact {
  name: string | null;
  phone: string | null;
  attributes: Record<string, string>;
}

/**
 * The value of one template variable for one contact; `undefined` when the contact has none (an empty text
 * counts as none). `missing-variables.ts` in audiences says the same in SQL: change both together.
 */
export function templateValue(contact: TemplateContact, variable: string): string | undefined {
  switch (variable) {
    case 'name':
      return contact.name || undefined;
    case 'phone':
      return contact.phone || undefined;
    case 'first_name':
      return attributeValue(contact, variable) ?? firstWord(contact.name);
    default:
      return attributeValue(contact, variable);
  }
}

function attributeValue(contact: TemplateContact, key: string): string | undefined {
  // Compiled templates refuse every name that Object.prototype has, so plain access cannot reach it. The type
  // promises text; rows written by other means may hold numbers or nulls.
  const value: unknown = contact.attributes[key];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}

function firstWord(name: string | null): string | undefined {
  return name === null ? undefined : /[^ \t\r\n]+/.exec(name)?.[0];
}
