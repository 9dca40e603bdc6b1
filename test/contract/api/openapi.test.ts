import { Validator } from '@seriousme/openapi-schema-validator';
import pino from 'pino';
import { Registry } from 'prom-client';
import { createApp } from '../../../api/app.ts';
import { FakeGateway } from './fake-gateway.ts';
import { runApp, type RunningApp } from './running-app.ts';

interface Operation {
  summary: string;
  security: unknown[];
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: { properties: Record<string, unknown>; required: string[] } }> };
  responses: Record<string, unknown>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

let app: RunningApp;
let document: Document;
beforeAll(async () => {
  app = await runApp();
  document = JSON.parse(await (await fetch(`${app.url}/openapi.json`)).text());
});
afterAll(() => app.close());

interface Layer {
  route?: { path: string; stack: { method?: string }[] } | undefined;
  handle: object;
}

function innerLayers({ handle }: Layer): Layer[] {
  return 'stack' in handle && Array.isArray(handle.stack) ? handle.stack : [];
}

/** Method and path of each route that Express has, as `get /v1/models/{id}`. */
function expressRoutes(layers: Layer[]): string[] {
  return layers.flatMap((layer) =>
    layer.route
      ? layer.route.stack
          .filter(({ method }) => method !== undefined)
          .map(({ method }) => `${method} ${layer.route?.path.replaceAll(/:(\w+)/g, '{$1}')}`)
      : expressRoutes(innerLayers(layer)),
  );
}

describe('GET /openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const judged = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(judged).toEqual({ valid: true });
    expect(document.openapi).toMatch(/^3\.1/);
  });

  it('describes every route that Express has, and none besides', () => {
    const express = createApp(new FakeGateway(), {
      logger: pino({ enabled: false }),
      registry: new Registry(),
      version: '0',
      draining: () => false,
    });
    const served = expressRoutes(express.router.stack);
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    expect(served.length).toBeGreaterThan(10);
    expect(described.toSorted()).toEqual(served.toSorted());
  });

  it('names each path parameter and asks for a key where the route does', () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const operation of Object.values(operations)) {
        const described = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
        expect(described.map(({ name }) => name)).toEqual(inPath);
        expect(operation.security.length > 0).toBe(/^\/(v1|admin|codec)\//.test(path));
      }
    }
  });

  it('takes the body of a chat from the schema that judges it', () => {
    const schema = document.paths['/v1/chat/completions']?.['post']?.requestBody?.content['application/json']?.schema;
    expect(schema?.required).toEqual(['model', 'messages']);
    expect(schema?.properties['temperature']).toMatchObject({
      anyOf: [{ type: 'number', minimum: 0, maximum: 2 }, { type: 'null' }],
    });
    expect(JSON.stringify(schema?.properties['messages'])).toContain('tool_call_id');
  });
});
