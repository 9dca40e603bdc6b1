import express, { type Application, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { GatewayError } from '../domain/errors.ts';
import { auditRoutes } from './admin/audit.ts';
import { deploymentRoutes } from './admin/deployments.ts';
import { codecRoutes } from './codec/codec.ts';
import { codecCors } from './codec/cors.ts';
import { signInRoutes } from './ui/sign-in.ts';
import { temporalUi } from './ui/temporal-proxy.ts';
import { refuseForeignIps } from './edge/refuse-foreign-ips.ts';
import { keyRoutes } from './admin/keys.ts';
import { webhookSecretRoutes } from './admin/webhooks.ts';
import { subjectRoute } from './admin/subjects.ts';
import { tenantRoutes } from './admin/tenants.ts';
import { reloadRoute } from './admin/reload.ts';
import { usageRoute } from './admin/usage.ts';
import { feedbackRoute } from './gateway/feedback.ts';
import { requestEventsRoute } from './gateway/request-events.ts';
import { requestRoutes } from './gateway/requests.ts';
import { webhookRoutes } from './gateway/webhook.ts';
import { explainRoute } from './gateway/route.ts';
import { healthRoutes } from './operations/health.ts';
import { metricsRoute, requestMetrics } from './operations/metrics.ts';
import { openApiRoute } from './operations/openapi.ts';
import { chatCompletionsRoute } from './openai/chat-completions.ts';
import { sendError } from './openai/error-envelope.ts';
import { modelRoutes } from './openai/models.ts';
import { moderationsRoute } from './openai/moderations.ts';
import type { Route } from './http/exchange.ts';
import { jsonBodyReader } from './http/json-body.ts';
import { observeRequests } from './http/observe.ts';
import { describeError, toErrorInfo } from './http/request-errors.ts';
import { mountRoutes } from './http/routing.ts';
import { traceRequests } from './http/trace-requests.ts';
import type { ApiPorts } from './ports.ts';

export interface AppOptions {
  logger: Logger;
  registry: Registry;
  /** Shown in /openapi.json. */
  version: string;
  /** True while the process shuts down: new requests get 503. */
  draining: () => boolean;
  /** Largest body, unpacked. Default 25 MiB. */
  bodyLimitBytes?: number;
  /** Addresses of proxies whose X-Forwarded-For is believed, as Express's `trust proxy` takes them. Default: none. */
  trustProxy?: string[];
  /** Silence after which a stream gets a comment. Default 15 s. */
  keepAliveMs?: number;
}

const defaultBodyLimitBytes = 25 * 1024 * 1024;
/** What is answered here is data: nothing in it may run or load anything. A page that is served sets its own. */
const dataOnly = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };
const defaultKeepAliveMs = 15_000;

function unknownRoute(): never {
  throw new GatewayError({
    type: 'not_found',
    message: 'There is nothing at this address. GET /openapi.json lists all that there is.',
  });
}

/** Every error ends here: shown as OpenAI's envelope, logged where it is ours. */
function answerError(logger: Logger) {
  return (error: unknown, _req: Request, res: Response, _next: NextFunction): void => {
    const info = toErrorInfo(error);
    if (info.type === 'internal_error') {
      logger.error({ requestId: res.getHeader('x-request-id'), err: describeError(error) }, 'request failed');
    }
    // After the first byte only a cut connection can say that the answer is not whole.
    if (res.headersSent) res.destroy();
    else sendError(res, info);
  };
}

/** The route table: all addresses of the gateway, with who may use them. */
export function allRoutes({
  registry,
  version,
  draining,
}: Pick<AppOptions, 'registry' | 'version' | 'draining'>): Route[] {
  const routes = [
    chatCompletionsRoute,
    moderationsRoute,
    ...modelRoutes,
    ...requestRoutes,
    requestEventsRoute,
    feedbackRoute,
    ...webhookRoutes,
    explainRoute,
    ...deploymentRoutes,
    reloadRoute,
    ...keyRoutes,
    ...webhookSecretRoutes,
    ...tenantRoutes,
    usageRoute,
    ...auditRoutes,
    subjectRoute,
    ...codecRoutes,
    ...signInRoutes,
    ...healthRoutes(draining),
    metricsRoute(registry),
  ];
  return [...routes, openApiRoute(routes, version)];
}

/** The HTTP edge as an Express application: wire format in, wire format out. */
export function createApp(ports: ApiPorts, options: AppOptions): Application {
  const { logger, registry, draining } = options;
  const metrics = requestMetrics(registry);
  const app = express();
  app.disable('x-powered-by');
  // A hash of each answer would cost more than it saves: no answer here is asked for twice.
  app.disable('etag');
  app.set('trust proxy', options.trustProxy ?? false);
  app.use(observeRequests(metrics, logger));
  // Probes and scrapes would bury the requests.
  app.use('/v1', traceRequests());
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: dataOnly } }));
  app.use(refuseForeignIps(ports));
  app.use('/codec', codecCors(ports.pages.origins));
  app.use('/temporal', temporalUi(ports));
  app.use(
    mountRoutes(allRoutes(options), {
      ports,
      logger,
      metrics,
      draining,
      readJsonBody: jsonBodyReader(options.bodyLimitBytes ?? defaultBodyLimitBytes),
      keepAliveMs: options.keepAliveMs ?? defaultKeepAliveMs,
    }),
  );
  app.use(unknownRoute);
  app.use(answerError(logger));
  return app;
}
