import { z } from 'zod';
import type { Route } from '../http/exchange.ts';
import { errorEnvelopeSchema } from '../openai/error-envelope.ts';

interface ResponseDoc {
  description: string;
  /** Default: application/json. */
  mediaType?: string;
  schema?: z.ZodType;
}

export interface ParameterDoc {
  name: string;
  in: 'path' | 'query' | 'header';
  description: string;
  schema: z.ZodType;
}

/** What a route says about itself in /openapi.json. */
export interface OperationDoc {
  summary: string;
  tag: 'openai' | 'gateway' | 'operations';
  parameters?: ParameterDoc[];
  body?: z.ZodType;
  responses: Record<number, ResponseDoc>;
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema);
  return rest;
}

function describeResponse({ description, mediaType, schema }: ResponseDoc): Record<string, unknown> {
  if (mediaType === undefined && schema === undefined) return { description };
  const content = schema ? { schema: jsonSchema(schema) } : {};
  return { description, content: { [mediaType ?? 'application/json']: content } };
}

function describeOperation(route: Route): Record<string, unknown> {
  const { doc } = route;
  return {
    summary: doc.summary,
    tags: [doc.tag],
    operationId: `${route.method}${route.path.replaceAll(/[^a-zA-Z0-9]+(\w?)/g, (_match, next: string) => next.toUpperCase())}`,
    security: route.access === 'open' ? [] : [{ bearer: [] }, { apiKey: [] }],
    ...(doc.parameters && {
      parameters: doc.parameters.map((parameter) => ({
        name: parameter.name,
        in: parameter.in,
        description: parameter.description,
        required: parameter.in === 'path',
        schema: jsonSchema(parameter.schema),
      })),
    }),
    ...(doc.body && {
      requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(doc.body) } } },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(doc.responses).map(([status, response]) => [status, describeResponse(response)]),
      ),
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

/** Express's `/v1/models/:id` as OpenAPI's `/v1/models/{id}`. */
function openApiPath(expressPath: string): string {
  return expressPath.replaceAll(/:(\w+)/g, '{$1}');
}

/** OpenAPI 3.1 document of all routes, their schemas generated from the ones that judge requests. */
function openApiDocument(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = openApiPath(route.path);
    paths[path] = { ...paths[path], [route.method]: describeOperation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Holdfast', version, description: 'A personal AI gateway whose every request is durable.' },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
      responses: {
        Error: {
          description: 'What went wrong and what to do about it, in the envelope of OpenAI',
          content: { 'application/json': { schema: jsonSchema(errorEnvelopeSchema) } },
        },
      },
    },
  };
}

/** `GET /openapi.json`, open; describes `routes` and itself. */
export function openApiRoute(routes: readonly Route[], version: string): Route {
  const route: Route = {
    method: 'get',
    path: '/openapi.json',
    access: 'open',
    doc: {
      summary: 'This description',
      tag: 'operations',
      responses: { 200: { description: 'OpenAPI 3.1', mediaType: 'application/json' } },
    },
    handle: ({ res }) => {
      text ??= JSON.stringify(openApiDocument([...routes, route], version));
      res.setHeader('content-type', 'application/json; charset=utf-8');
      res.end(text);
    },
  };
  let text: string | undefined;
  return route;
}
