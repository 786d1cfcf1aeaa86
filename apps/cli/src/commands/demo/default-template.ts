import type { Locale } from '@zaphub/types';

const portuguese = new Set(['BR', 'PT', 'AO', 'MZ', 'CV', 'GW', 'ST', 'TL']);
const spanish = new Set('ES MX AR CO CL PE VE EC GT CU BO DO HN PY SV NI CR PA UY PR GQ'.split(' '));

/** A message for trying things out, in the language most people of the country read. */
export function defaultTemplate(country: string): string {
  if (portuguese.has(country)) {
    return 'Olá, {{ first_name | default: "tudo bem" }}! Esta é uma mensagem de teste do ZapHub.';
  }
  if (spanish.has(country)) {
    return '¡Hola, {{ first_name | default: "qué tal" }}! Este es un mensaje de prueba de ZapHub.';
  }
  return 'Hi {{ first_name | default: "there" }}! This is a test message from ZapHub.';
}

/** The language of a demo tenant's own texts, such as the reasons in its report. */
export function localeOf(country: string): Locale {
  return portuguese.has(country) ? 'pt-BR' : 'en';
}
