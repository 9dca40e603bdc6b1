import type { z } from 'zod';
import { GatewayError } from '../../domain/errors.ts';
import { fieldName } from './field-path.ts';

type Issue = z.core.$ZodIssue;
type UnionIssue = z.core.$ZodIssueInvalidUnion;

interface Fault {
  path: PropertyKey[];
  issue: Issue;
}

/**
 * Of a union, the branch that came furthest into the value is the one the client meant; of two that came equally far,
 * the one that at least had the right type.
 */
function deepest(issue: Issue): Fault {
  let best: Fault = { path: issue.path, issue };
  if (issue.code !== 'invalid_union') return best;
  for (const [first] of issue.errors) {
    if (!first) continue;
    const found = deepest(first);
    const path = [...issue.path, ...found.path];
    const closer = best.issue === issue && found.issue.code !== 'invalid_type';
    if (path.length > best.path.length || closer) best = { path, issue: found.issue };
  }
  return best;
}

const typeNames: Record<string, string> = {
  int: 'an integer',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};

function typeName(expected: string): string {
  return typeNames[expected] ?? `a ${expected}`;
}

function bound(origin: string, comparison: string, limit: number | bigint): string {
  if (origin === 'string') return `must have ${comparison} ${limit} characters`;
  if (origin === 'array') return `must have ${comparison} ${limit} entries`;
  return `must be ${comparison} ${limit}`;
}

function describeUnion(issue: UnionIssue): string {
  if ('options' in issue && Array.isArray(issue.options)) return `must be one of ${issue.options.join(', ')}`;
  const expected = issue.errors.map(([first]) =>
    first?.code === 'invalid_type' ? typeName(first.expected) : undefined,
  );
  return expected.every((name) => name !== undefined)
    ? `must be ${expected.join(' or ')}`
    : 'is not in a form that is taken';
}

/** What is wrong, in words that never quote the value. */
function describe(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      // Zod says that a field is missing only in its message.
      return issue.message.endsWith('received undefined') ? 'is required' : `must be ${typeName(issue.expected)}`;
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'unrecognized_keys':
      return 'is not a known field';
    case 'invalid_union':
      return describeUnion(issue);
    case 'custom':
      return issue.message;
    default:
      return 'is not in the form that is asked for';
  }
}

/** The first fault of a value as `invalid_request`, naming the field as the client wrote it. */
export function invalidField(error: z.ZodError, prefix: readonly PropertyKey[] = []): GatewayError {
  const [first] = error.issues;
  if (!first) return new GatewayError({ type: 'invalid_request', message: 'The request is not valid.' });
  const { path, issue } = deepest(first);
  const unknownKeys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const param = fieldName([...prefix, ...path, ...unknownKeys]);
  return new GatewayError({
    type: 'invalid_request',
    message: `${param ?? 'The body'} ${describe(issue)}.`,
    ...(param !== undefined && { param }),
  });
}
