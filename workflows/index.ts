export { deliverWebhook } from './deliver-webhook.ts';
export { gatewayRequest } from './gateway-request.ts';
export { sweep } from './sweep.ts';
