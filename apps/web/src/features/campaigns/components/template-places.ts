import type { NetworkTemplate, NetworkTemplateUse } from '@zaphub/types';

/** Something to fill in before a template of a network can be sent. */
export interface TemplatePlace {
  /** Its name in the form. */
  key: string;
  kind: 'header' | 'link' | 'filename' | 'body' | 'url' | 'copy_code';
  /** As the template has it: the name of a place, the words on a button, the kind of a file. */
  name: string;
  isOptional: boolean;
}

/** Texts by the keys of their places; each may have variables, as in our own templates. */
export type PlaceTexts = Readonly<Record<string, string>>;

/** All places of a template, in the order they are read. */
export function placesOf({ places }: NetworkTemplate): TemplatePlace[] {
  const { header, body, buttons } = places;
  const place = (key: string, kind: TemplatePlace['kind'], name: string): TemplatePlace => ({
    key,
    kind,
    name,
    isOptional: kind === 'filename',
  });
  const heads =
    header === null
      ? []
      : header.kind === 'text'
        ? header.places.map((name, index) => place(`header${index}`, 'header', name))
        : [
            place('link', 'link', header.kind),
            ...(header.kind === 'document' ? [place('filename', 'filename', header.kind)] : []),
          ];
  return [
    ...heads,
    ...body.map((name, index) => place(`body${index}`, 'body', name)),
    ...buttons.map(({ index, kind, text }) => place(`button${index}`, kind, text)),
  ];
}

/** The places that are still empty, of those that must not be. */
export function emptyPlaces(template: NetworkTemplate, texts: PlaceTexts): string[] {
  return placesOf(template)
    .filter(({ key, isOptional }) => !isOptional && textOf(texts, key) === '')
    .map(({ key }) => key);
}

/** How a campaign sends a template, in the API's terms. */
export function networkUseOf(template: NetworkTemplate, texts: PlaceTexts): NetworkTemplateUse {
  const { name, language, places } = template;
  const { header, body, buttons } = places;
  const filename = textOf(texts, 'filename');
  return {
    name,
    language,
    ...(header === null
      ? {}
      : {
          header:
            header.kind === 'text'
              ? {
                  kind: header.kind,
                  values: header.places.map((_, index) => textOf(texts, `header${index}`)),
                }
              : {
                  kind: header.kind,
                  link: textOf(texts, 'link'),
                  ...(filename === '' ? {} : { filename }),
                },
        }),
    body: body.map((placeName, index) => ({
      ...(isNumbered(placeName) ? {} : { name: placeName }),
      text: textOf(texts, `body${index}`),
    })),
    buttons: buttons.map(({ index, kind }) => ({ index, kind, text: textOf(texts, `button${index}`) })),
  };
}

/** The template's text with what is filled in so far. */
export function filledBody({ body, places }: NetworkTemplate, texts: PlaceTexts): string {
  return body.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (place, name: string) => {
    const text = textOf(texts, `body${places.body.indexOf(name)}`);
    return text === '' ? place : text;
  });
}

/** Places without names are numbers, counted from 1. */
function isNumbered(name: string): boolean {
  return /^\d+$/.test(name);
}

function textOf(texts: PlaceTexts, key: string): string {
  return (texts[key] ?? '').trim();
}
