import { analyzeSync, Tag, toValueSync, Value } from 'liquidjs';
import type { Template, Variable } from 'liquidjs';
import { templateInvalid } from './template-problem.ts';

/** What a parsed template needs from a contact. */
export interface TemplateNeeds {
  /** Every variable it looks at, in order of appearance. */
  variables: string[];
  /** Those that must have a value: written out, without a `default` filter, and not tested by a condition. */
  required: string[];
}

/**
 * Finds the variables of a parsed template without rendering it.
 *
 * @throws AppError `template_invalid` for names that reach into JavaScript and for loops inside loops.
 */
export function analyseTemplate(nodes: Template[]): TemplateNeeds {
  const analysis = analyzeSync(nodes, { partials: false });
  for (const uses of Object.values(analysis.variables)) uses.forEach(refuseForbiddenNames);
  const globals = Object.values(analysis.globals).flat();
  const variables = [...new Set(globals.sort(byPlace).map((use) => String(use.segments[0])))];
  const written = new Set<string>();
  const tested = new Set<string>();
  walk(nodes, 0, (node) => {
    const names = namesOf(node);
    if (isTest(node)) names.forEach((name) => tested.add(name));
    else if (!hasDefault(node)) names.forEach((name) => written.add(name));
  });
  return { variables, required: variables.filter((name) => written.has(name) && !tested.has(name)) };
}

function walk(nodes: Template[], loops: number, visit: (node: Template) => void): void {
  for (const node of nodes) {
    const isLoop = tagName(node) === 'for';
    if (isLoop && loops > 0) {
      throw templateInvalid('nested_loop', node.token.getPosition()[0] ?? null);
    }
    visit(node);
    walk(childrenOf(node), isLoop ? loops + 1 : loops, visit);
  }
}

function childrenOf(node: Template): Template[] {
  // Without partials, in synchronous mode, the generator yields nothing but its result: the children.
  return node.children ? toValueSync<Template[]>(node.children(false, true)) : [];
}

/** The variables of this node alone: its children are looked at by themselves. */
function namesOf(node: Template): string[] {
  if (!node.arguments) return [];
  const alone: Template = {
    token: node.token,
    render: () => undefined,
    arguments: () => node.arguments?.() ?? [],
  };
  const uses = Object.values(analyzeSync([alone], { partials: false }).variables).flat();
  return uses.map((use) => String(use.segments[0]));
}

function tagName(node: Template): string | undefined {
  return node instanceof Tag ? node.name : undefined;
}

function isTest(node: Template): boolean {
  return ['if', 'unless', 'case', 'for'].includes(tagName(node) ?? '');
}

function hasDefault(node: Template): boolean {
  const values = [...(node.arguments?.() ?? [])].filter((argument) => argument instanceof Value);
  return (
    values.length > 0 && values.every((value) => value.filters.some((filter) => filter.name === 'default'))
  );
}

function byPlace(a: Variable, b: Variable): number {
  return a.location.row - b.location.row || a.location.col - b.location.col;
}

function refuseForbiddenNames(use: Variable): void {
  for (const segment of use.segments) {
    if (typeof segment === 'string' && (segment in Object.prototype || segment === 'prototype')) {
      throw templateInvalid('forbidden_name', use.location.row, `"${segment}" cannot be used as a variable`);
    }
  }
}
