import { Output, TypeGuards } from 'liquidjs';
import type { Template } from 'liquidjs';

/** One piece of a plain template: fixed text, or a variable with what to write when it has no value. */
export type PlainPart = string | { variable: string; otherwise: string };

// Liquid gives these a meaning of their own when a value has no such property.
const specialNames = new Set(['size', 'first', 'last']);

/**
 * Reads a template that is nothing but text, `{{ variable }}` and `{{ variable | default: "text" }}` into its
 * parts; `undefined` when it is anything more, which the Liquid engine must render.
 */
export function plainParts(nodes: Template[]): PlainPart[] | undefined {
  const parts: PlainPart[] = [];
  for (const node of nodes) {
    const part = TypeGuards.isHTMLToken(node.token) ? node.token.getContent() : plainOutput(node);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts;
}

function plainOutput(node: Template): PlainPart | undefined {
  if (!(node instanceof Output)) return undefined;
  const variable = plainVariable(node);
  if (variable === undefined) return undefined;
  const [filter, ...others] = node.value.filters;
  if (filter === undefined) return { variable, otherwise: '' };
  const [argument, ...moreArguments] = filter.args;
  if (filter.name !== 'default' || others.length > 0 || moreArguments.length > 0) return undefined;
  if (!TypeGuards.isQuotedToken(argument)) return undefined;
  // A backslash may start an escape, which is the engine's to read.
  const quoted = argument.getText();
  return quoted.includes('\\') ? undefined : { variable, otherwise: quoted.slice(1, -1) };
}

function plainVariable(node: Output): string | undefined {
  const [token, ...operators] = node.value.initial.postfix;
  if (operators.length > 0 || !TypeGuards.isPropertyAccessToken(token)) return undefined;
  const [property, ...path] = token.props;
  if (token.variable !== undefined || path.length > 0 || !TypeGuards.isWordToken(property)) return undefined;
  return specialNames.has(property.content) ? undefined : property.content;
}
