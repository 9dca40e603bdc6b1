import express, { type Request, type Response } from 'express';
import { z } from 'zod';
import { GatewayError, gatewayErrors } from '../../domain/errors.ts';
import type { Exchange, Route } from '../http/exchange.ts';
import { invalidField } from '../http/zod-issue.ts';
import { assertOwnPage, clearSessionCookie, setSessionCookie } from './session-cookie.ts';
import { signInPage, signInPolicy } from './sign-in-page.ts';

const path = '/ui/sign-in';
const lifetimeMs = 3_600_000;
const landing = '/temporal/';
const formLimitBytes = 32 * 1024;

/** A page of ours to go to after signing in, and nowhere else. */
const nextPage = z
  .string()
  .max(2048)
  .regex(/^\/(temporal|dashboard)(\/|\?|$)[^\\\s]*$/);
const form = z.object({ key: z.string().trim().min(1).max(8192), next: nextPage.catch(landing) });

const readForm = express.urlencoded({ extended: false, limit: formLimitBytes, parameterLimit: 8 });

function page(res: Response, status: number, next: string, message?: string): void {
  res.setHeader('content-security-policy', signInPolicy);
  res.setHeader('referrer-policy', 'same-origin');
  res.setHeader('cache-control', 'no-store');
  res.status(status).type('html').send(signInPage(next, message));
}

async function fieldsOf(req: Request, res: Response): Promise<z.output<typeof form>> {
  await new Promise<void>((resolve, reject) => {
    readForm(req, res, (error?: unknown) =>
      error === undefined ? resolve() : reject(new GatewayError({ type: 'invalid_request', message: 'No such form.' })),
    );
  });
  const fields = form.safeParse(req.body ?? {});
  if (!fields.success) throw invalidField(fields.error);
  return fields.data;
}

async function signIn({ req, res, ports }: Exchange): Promise<void> {
  assertOwnPage(req, new Set());
  const { key, next } = await fieldsOf(req, res);
  try {
    const { scopes } = await ports.authenticate({ shown: key, ip: req.ip ?? '' });
    if (!scopes.includes('operator') && !scopes.includes('admin')) {
      page(res, gatewayErrors.permission_denied.status, next, 'This key has neither the scope operator nor admin.');
      return;
    }
  } catch (error) {
    if (!(error instanceof GatewayError) || error.type !== 'authentication_failed') throw error;
    page(res, gatewayErrors.authentication_failed.status, next, 'This key is not valid.');
    return;
  }
  const session = ports.pages.sessions.seal({ shown: key, expiresAt: new Date(Date.now() + lifetimeMs) });
  setSessionCookie(req, res, session, lifetimeMs);
  res.redirect(303, next);
}

const html = { mediaType: 'text/html' };

/** The pages by which an operator's browser signs in and out. */
export const signInRoutes: Route[] = [
  {
    method: 'get',
    path,
    access: 'open',
    doc: { summary: 'Page to sign in at', tag: 'operations', responses: { 200: { description: 'The page', ...html } } },
    handle: ({ req, res }) => {
      const next = nextPage.safeParse(req.query['next']);
      page(res, 200, next.success ? next.data : landing);
    },
  },
  {
    method: 'post',
    path,
    access: 'open',
    doc: {
      summary: 'Signs a browser in with an API key (a form), for an hour',
      tag: 'operations',
      responses: {
        303: { description: 'Signed in; goes to the page that was asked for' },
        401: { description: 'Not a valid key', ...html },
      },
    },
    handle: signIn,
  },
  {
    method: 'post',
    path: '/ui/sign-out',
    access: 'open',
    doc: { summary: 'Signs a browser out', tag: 'operations', responses: { 303: { description: 'Signed out' } } },
    handle: ({ req, res }) => {
      assertOwnPage(req, new Set());
      clearSessionCookie(res);
      res.redirect(303, path);
    },
  },
];
