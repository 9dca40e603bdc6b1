import { GatewayError } from './errors.ts';
import type { Principal } from './principal.ts';

/** True where the principal may ask for the alias or deployment, known or not. */
export function mayName({ models }: Principal, name: string): boolean {
  return models === undefined || models.includes(name);
}

/** @throws GatewayError `permission_denied` where the principal may not name the model, whether it exists or not. */
export function assertMayName(principal: Principal, name: string): void {
  if (mayName(principal, name)) return;
  throw new GatewayError({
    type: 'permission_denied',
    message: 'This API key may not use this model. GET /v1/models lists those that it may.',
    param: 'model',
  });
}
