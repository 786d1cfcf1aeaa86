import { Context, LiquidError, toValueSync } from 'liquidjs';
import type { Emitter, Liquid, Template } from 'liquidjs';
import type { MessageContent } from '@zaphub/providers';
import { AppError } from '@zaphub/types';
import { analyseTemplate } from './analyse-template.ts';
import { createLiquidEngine, maxTextLength } from './liquid-engine.ts';
import { plainParts } from './plain-template.ts';
import type { PlainPart } from './plain-template.ts';
import { templateInvalid } from './template-problem.ts';
import { templateValue } from './template-values.ts';
import type { TemplateContact } from './template-values.ts';

/** A text for one contact. When `problem` is set there is no text to send. */
export interface RenderedText {
  text: string;
  /** Variables that had to have a value and have none; a message with any of them is not to be sent. */
  missing: string[];
  /** `too_long`: over 4,096 characters with this contact's values; `too_much_work`: gave up rendering. */
  problem?: 'too_long' | 'too_much_work';
  /** What to send instead of the text, of a template that is the network's. */
  content?: MessageContent;
}

/** A template made ready to be written to many contacts. */
export interface CompiledTemplate {
  /** Every variable it looks at, in order of appearance. */
  variables: string[];
  /** Those without which a contact gets no message: no `default` filter and no condition around them. */
  required: string[];
  /** Never throws; a contact's values are text and are never read as template. */
  render(contact: TemplateContact): RenderedText;
}

/**
 * Compiles the body of a template. Bodies of plain `{{ variable }}` and `{{ variable | default: "text" }}` render
 * without the Liquid engine, millions a second, with the same result.
 *
 * @throws AppError `template_invalid` with `details { problem, line, detail }`.
 */
export function compileTemplate(body: string): CompiledTemplate {
  refuseUnstorable(body);
  const engine = createLiquidEngine(renderLimitMs);
  const nodes = parse(engine, body);
  const { variables, required } = analyseTemplate(nodes);
  const plain = plainParts(nodes);
  const write = plain ? plainWriter(plain) : liquidWriter(engine, nodes, variables);
  if (!plain) tryOut(engine, nodes, variables);
  return {
    variables,
    required,
    render(contact) {
      const missing = required.filter((variable) => templateValue(contact, variable) === undefined);
      const text = write(contact);
      if (text === undefined) return { text: '', missing, problem: 'too_much_work' };
      return text.length > maxTextLength ? { text: '', missing, problem: 'too_long' } : { text, missing };
    },
  };
}

const renderLimitMs = 1_000;
const tryOutLimitMs = 100;

/** Writes the text, longer than allowed if it is; `undefined` when rendering gave up. */
type Writer = (contact: TemplateContact) => string | undefined;

function plainWriter(parts: PlainPart[]): Writer {
  return (contact) => {
    let text = '';
    for (const part of parts) {
      text += typeof part === 'string' ? part : (templateValue(contact, part.variable) ?? part.otherwise);
    }
    return text;
  };
}

function liquidWriter(engine: Liquid, nodes: Template[], variables: string[]): Writer {
  return (contact) => {
    const scope = scopeOf(variables, (variable) => templateValue(contact, variable));
    try {
      return renderBounded(engine, nodes, scope);
    } catch {
      // The time limit is wall time, and a process can be stopped in the middle of a render: ask once more.
    }
    try {
      return renderBounded(engine, nodes, scope);
    } catch {
      return undefined;
    }
  };
}

/** Every variable is an own property, null without a value, so that nothing is looked up anywhere else. */
function scopeOf(variables: string[], valueOf: (variable: string) => string | undefined): object {
  // A null prototype: there is nothing to inherit, whatever the names are.
  const scope = Object.create(null) as Record<string, string | null>;
  for (const variable of variables) scope[variable] = valueOf(variable) ?? null;
  return scope;
}

function renderBounded(
  engine: Liquid,
  nodes: Template[],
  scope: object,
  renderLimit = renderLimitMs,
): string {
  const emitter = boundedEmitter();
  const context = new Context(scope, engine.options, { sync: true, renderLimit });
  try {
    toValueSync(engine.renderer.renderTemplates(nodes, context, emitter));
  } catch (error) {
    if (emitter.buffer.length <= maxTextLength) throw error;
  }
  return emitter.buffer;
}

/** Stops a render at the first piece over the limit, so that a loop cannot write without end. */
function boundedEmitter(): Emitter {
  return {
    buffer: '',
    write(value: unknown) {
      this.buffer += stringifyOutput(value);
      if (this.buffer.length > maxTextLength) throw new Error('text too long');
    },
  };
}

function stringifyOutput(value: unknown): string {
  if (Array.isArray(value)) return value.map(stringifyOutput).join('');
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function refuseUnstorable(body: string): void {
  if (body.trim() === '') throw templateInvalid('blank', 1);
  if (body.length > maxTextLength) {
    throw templateInvalid('too_long', null);
  }
  // Under `u` a surrogate matches only when it stands alone.
  const found = /[^\P{Cc}\t\n\r]|\p{Cs}/u.exec(body);
  if (found) {
    const line = body.slice(0, found.index).split('\n').length;
    throw templateInvalid('control_character', line);
  }
}

function parse(engine: Liquid, body: string): Template[] {
  try {
    return engine.parse(body);
  } catch (error) {
    throw fromLiquid(error);
  }
}

/** Renders once without values and once with, so that a body that can never work is refused at once. */
function tryOut(engine: Liquid, nodes: Template[], variables: string[]): void {
  for (const value of [undefined, 'x']) {
    try {
      const scope = scopeOf(variables, () => value);
      renderBounded(engine, nodes, scope, tryOutLimitMs);
    } catch (error) {
      throw fromLiquid(error);
    }
  }
}

function fromLiquid(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (!LiquidError.is(error)) return templateInvalid('syntax', null);
  const line = error.token.getPosition()[0] ?? null;
  const detail = (error.originalError?.message ?? error.message).replace(/, line:\d+.*$/s, '');
  if (/limit exceeded/.test(detail)) return templateInvalid('too_much_work', line, detail);
  if (/not closed/.test(detail)) return templateInvalid('not_closed', line, detail);
  if (/^tag .* not found/.test(detail)) return templateInvalid('unknown_tag', line, detail);
  if (/undefined filter/.test(detail)) return templateInvalid('unknown_filter', line, detail);
  return templateInvalid('syntax', line, detail);
}
