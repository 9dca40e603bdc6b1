export { gatewayRequest } from './gateway-request.ts';
