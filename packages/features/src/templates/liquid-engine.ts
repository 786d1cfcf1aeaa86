import { Liquid } from 'liquidjs';

/** The longest text WhatsApp takes, in UTF-16 units; also the longest body of a template. */
export const maxTextLength = 4096;

// Nothing that reads a file, defines a layout or parses text at render time.
const allowedTags = new Set([
  'assign',
  'capture',
  'if',
  'unless',
  'case',
  'for',
  'break',
  'continue',
  'comment',
  'raw',
  'echo',
  'cycle',
  'increment',
  'decrement',
  '#',
]);

// Text, numbers and dates. Left out: filters that take an expression as text (they would interpret a contact's
// value), that run patterns over it, or that only make sense in HTML or JSON.
const allowedFilters = new Set(
  [
    'append prepend capitalize downcase upcase strip lstrip rstrip strip_newlines replace',
    'replace_first remove remove_first slice truncate truncatewords split join first last size',
    'default date plus minus times divided_by modulo round ceil floor abs at_least at_most',
    'url_encode',
  ].flatMap((line) => line.split(' ')),
);

/**
 * A Liquid engine that cannot touch anything but the values it is given: no files, no layouts, own properties
 * only, unknown filters refused, and limits on parsing, memory and time.
 *
 * `renderLimitMs` bounds one render.
 */
export function createLiquidEngine(renderLimitMs: number): Liquid {
  const engine = new Liquid({
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    dynamicPartials: false,
    timezoneOffset: 0,
    locale: 'en-US',
    parseLimit: maxTextLength,
    memoryLimit: 50_000,
    renderLimit: renderLimitMs,
  });
  for (const tag of Object.keys(engine.tags)) if (!allowedTags.has(tag)) delete engine.tags[tag];
  for (const filter of Object.keys(engine.filters)) {
    if (!allowedFilters.has(filter)) engine.unregisterFilter(filter);
  }
  return engine;
}
