import { z } from 'zod';
import type { CloudTemplate } from './list-templates.ts';

/** A button that needs a value: the end of an address, or a code to copy. */
export interface TemplateButtonPlace {
  /** Counted from 0 over all buttons of the template. */
  readonly index: number;
  readonly kind: 'url' | 'copy_code';
  readonly text: string;
}

/** What has to be filled in before a template can be sent. */
export interface TemplatePlaces {
  /** A file, or the places of a text; absent when the head is fixed or missing. */
  readonly header?:
    | { readonly kind: 'image' | 'video' | 'document' }
    | { readonly kind: 'text'; readonly places: readonly string[] };
  /** Names, or numbers counted from 1, in the order that values are given in. */
  readonly body: readonly string[];
  readonly buttons: readonly TemplateButtonPlace[];
}

const head = z.object({ format: z.string().optional(), text: z.string().optional() });
const body = z.object({ text: z.string() });
const buttons = z.object({
  buttons: z.array(z.object({ type: z.string(), text: z.string().default(''), url: z.string().optional() })),
});

/** Finds the places of a template; a part that cannot be read has none. */
export function templatePlaces(template: CloudTemplate): TemplatePlaces {
  const part = (type: string): unknown => template.components.find((one) => one.type.toUpperCase() === type);
  const header = headerOf(head.safeParse(part('HEADER')).data);
  return {
    ...(header === undefined ? {} : { header }),
    body: placesIn(body.safeParse(part('BODY')).data?.text ?? ''),
    buttons: (buttons.safeParse(part('BUTTONS')).data?.buttons ?? []).flatMap(
      ({ type, text, url }, index): TemplateButtonPlace[] => {
        if (type === 'COPY_CODE') return [{ index, kind: 'copy_code', text }];
        return type === 'URL' && placesIn(url ?? '').length > 0 ? [{ index, kind: 'url', text }] : [];
      },
    ),
  };
}

function headerOf(header: z.infer<typeof head> | undefined): TemplatePlaces['header'] {
  const format = header?.format?.toLowerCase();
  if (format === 'image' || format === 'video' || format === 'document') return { kind: format };
  const places = placesIn(header?.text ?? '');
  return places.length === 0 ? undefined : { kind: 'text', places };
}

/** Each place once; numbers in their order, names in the text's. */
function placesIn(text: string): string[] {
  const found = [...new Set(Array.from(text.matchAll(/\{\{\s*(\w+)\s*\}\}/g), (match) => match[1] ?? ''))];
  return found.every((place) => /^\d+$/.test(place)) ? found.sort((a, b) => Number(a) - Number(b)) : found;
}
