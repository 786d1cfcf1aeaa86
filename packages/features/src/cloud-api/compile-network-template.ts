import type { TemplateButton, TemplateContent, TemplateHeader } from '@zaphub/providers';
import type { NetworkTemplateUse } from '@zaphub/types';
import type { CompiledTemplate, RenderedText, TemplateContact } from '../templates/index.ts';

type Compile = (body: string) => CompiledTemplate;

/**
 * Compiles a campaign's use of a network's template: `preview` is its text with our variables in its places, which is
 * what people read; every place is a text of its own. A contact without a value for any of them gets nothing.
 *
 * @throws AppError `template_invalid` for a place that cannot be compiled
 */
export function compileNetworkTemplate(
  use: NetworkTemplateUse,
  { preview, compile }: { readonly preview: string; readonly compile: Compile },
): CompiledTemplate {
  const all: CompiledTemplate[] = [];
  const place = (text: string): Write => {
    const compiled = compile(text);
    all.push(compiled);
    return (contact, notes) => {
      const rendered = compiled.render(contact);
      for (const name of rendered.missing) notes.missing.add(name);
      notes.problem ??= rendered.problem;
      // A network takes no line breaks, tabs or long runs of spaces inside a value.
      return rendered.text.replaceAll(/\s+/g, ' ').trim();
    };
  };
  const body = use.body.map(({ name, text }) => ({ name, write: place(text) }));
  const header = use.header === undefined ? undefined : compileHeader(use.header, place);
  const buttons = use.buttons.map(({ index, kind, text }) => ({ index, kind, write: place(text) }));
  const text = compile(preview);
  all.push(text);
  return {
    variables: [...new Set(all.flatMap((one) => one.variables))],
    required: [...new Set(all.flatMap((one) => one.required))],
    render(contact) {
      const notes: Notes = { missing: new Set(text.render(contact).missing), problem: undefined };
      const content: TemplateContent = {
        kind: 'template',
        name: use.name,
        language: use.language,
        ...(header === undefined ? {} : { header: header(contact, notes) }),
        ...(body.length === 0
          ? {}
          : {
              body: body.map(({ name, write }) => ({
                text: write(contact, notes),
                ...(name === undefined ? {} : { name }),
              })),
            }),
        ...(buttons.length === 0
          ? {}
          : {
              buttons: buttons.map(({ index, kind, write }) => buttonOf(index, kind, write(contact, notes))),
            }),
      };
      const { problem } = notes;
      return {
        text: text.render(contact).text,
        missing: [...notes.missing],
        ...(problem === undefined ? {} : { problem }),
        content,
      };
    },
  };
}

interface Notes {
  readonly missing: Set<string>;
  problem: RenderedText['problem'] | undefined;
}

type Write = (contact: TemplateContact, notes: Notes) => string;

function compileHeader(
  header: NonNullable<NetworkTemplateUse['header']>,
  place: (text: string) => Write,
): (contact: TemplateContact, notes: Notes) => TemplateHeader {
  if (header.kind === 'text') {
    const values = header.values.map(place);
    return (contact, notes) => ({
      kind: 'text',
      values: values.map((write) => ({ text: write(contact, notes) })),
    });
  }
  const { kind } = header;
  const link = place(header.link);
  const filename = header.filename === undefined ? undefined : place(header.filename);
  return (contact, notes) => ({
    kind,
    source: { link: link(contact, notes) },
    ...(filename === undefined ? {} : { filename: filename(contact, notes) }),
  });
}

function buttonOf(index: number, kind: 'url' | 'copy_code', text: string): TemplateButton {
  return kind === 'url' ? { kind, index, suffix: text } : { kind, index, code: text };
}
