import type { HolidayCountry } from '@zaphub/types';

/** One rule of a national day: a fixed date, days from Easter Sunday, or the n-th (-1: last) weekday of a month. */
type Rule = { readonly name: string } & (
  | { readonly on: `${number}-${number}`; readonly since?: number }
  | { readonly easter: number }
  | { readonly month: number; readonly weekday: number; readonly nth: number }
);

const on = (name: string, date: `${number}-${number}`, since?: number): Rule =>
  since === undefined ? { name, on: date } : { name, on: date, since };
const easter = (name: string, days: number): Rule => ({ name, easter: days });
const nth = (name: string, month: number, weekday: number, count: number): Rule => ({
  name,
  month,
  weekday,
  nth: count,
});

/** National days without work, by their names there. Regional and moved days are for the tenant's own list. */
const rules: Readonly<Record<HolidayCountry, readonly Rule[]>> = {
  AR: [
    on('Año Nuevo', '01-01'),
    easter('Carnaval', -48),
    easter('Carnaval', -47),
    on('Día Nacional de la Memoria', '03-24'),
    easter('Viernes Santo', -2),
    on('Día del Veterano de Malvinas', '04-02'),
    on('Día del Trabajador', '05-01'),
    on('Día de la Revolución de Mayo', '05-25'),
    on('Día de la Bandera', '06-20'),
    on('Día de la Independencia', '07-09'),
    on('Inmaculada Concepción', '12-08'),
    on('Navidad', '12-25'),
  ],
  BR: [
    on('Confraternização Universal', '01-01'),
    easter('Paixão de Cristo', -2),
    on('Tiradentes', '04-21'),
    on('Dia do Trabalho', '05-01'),
    on('Independência do Brasil', '09-07'),
    on('Nossa Senhora Aparecida', '10-12'),
    on('Finados', '11-02'),
    on('Proclamação da República', '11-15'),
    on('Dia da Consciência Negra', '11-20', 2024),
    on('Natal', '12-25'),
  ],
  ES: [
    on('Año Nuevo', '01-01'),
    on('Epifanía del Señor', '01-06'),
    easter('Viernes Santo', -2),
    on('Fiesta del Trabajo', '05-01'),
    on('Asunción de la Virgen', '08-15'),
    on('Fiesta Nacional', '10-12'),
    on('Todos los Santos', '11-01'),
    on('Día de la Constitución', '12-06'),
    on('Inmaculada Concepción', '12-08'),
    on('Navidad', '12-25'),
  ],
  MX: [
    on('Año Nuevo', '01-01'),
    nth('Día de la Constitución', 2, 1, 1),
    nth('Natalicio de Benito Juárez', 3, 1, 3),
    on('Día del Trabajo', '05-01'),
    on('Día de la Independencia', '09-16'),
    nth('Día de la Revolución', 11, 1, 3),
    on('Navidad', '12-25'),
  ],
  PT: [
    on('Ano Novo', '01-01'),
    easter('Sexta-feira Santa', -2),
    easter('Páscoa', 0),
    on('Dia da Liberdade', '04-25'),
    on('Dia do Trabalhador', '05-01'),
    easter('Corpo de Deus', 60),
    on('Dia de Portugal', '06-10'),
    on('Assunção de Nossa Senhora', '08-15'),
    on('Implantação da República', '10-05'),
    on('Todos os Santos', '11-01'),
    on('Restauração da Independência', '12-01'),
    on('Imaculada Conceição', '12-08'),
    on('Natal', '12-25'),
  ],
  US: [
    on("New Year's Day", '01-01'),
    nth('Martin Luther King Jr. Day', 1, 1, 3),
    nth("Presidents' Day", 2, 1, 3),
    nth('Memorial Day', 5, 1, -1),
    on('Juneteenth', '06-19', 2021),
    on('Independence Day', '07-04'),
    nth('Labor Day', 9, 1, 1),
    nth('Columbus Day', 10, 1, 2),
    on('Veterans Day', '11-11'),
    nth('Thanksgiving', 11, 4, 4),
    on('Christmas Day', '12-25'),
  ],
};

const known = new Map<string, ReadonlyMap<string, string>>();

/** The national days of a country in a year: names by `YYYY-MM-DD`, in no order. */
export function nationalDays(country: HolidayCountry, year: number): ReadonlyMap<string, string> {
  const key = `${country} ${year}`;
  const days =
    known.get(key) ??
    new Map(rules[country].flatMap((rule) => dayOf(rule, year).map((day) => [day, rule.name] as const)));
  known.set(key, days);
  return days;
}

const dayMs = 86_400_000;
const nameOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function dayOf(rule: Rule, year: number): string[] {
  if ('on' in rule) return year >= (rule.since ?? 0) ? [`${year}-${rule.on}`] : [];
  if ('easter' in rule) return [nameOf(easterSunday(year) + rule.easter * dayMs)];
  const { month, weekday, nth: count } = rule;
  if (count > 0) {
    const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
    return [nameOf(Date.UTC(year, month - 1, 1 + ((weekday - first + 7) % 7) + (count - 1) * 7))];
  }
  const last = new Date(Date.UTC(year, month, 0));
  return [nameOf(last.getTime() - ((last.getUTCDay() - weekday + 7) % 7) * dayMs)];
}

/** Easter Sunday of the Gregorian calendar (the anonymous computus), as midnight UTC. */
function easterSunday(year: number): number {
  const a = year % 19;
  const [b, c] = [Math.floor(year / 100), year % 100];
  const [d, e] = [Math.floor(b / 4), b % 4];
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const [i, k] = [Math.floor(c / 4), c % 4];
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const sum = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(sum / 31) - 1, (sum % 31) + 1);
}
