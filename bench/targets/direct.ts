import { chatPath, type Endpoint, type Target, type UpstreamName, type UpstreamUrls } from './target.ts';

/** The upstream without a gateway: the baseline that everything else is added to. */
export async function startDirect(upstreams: UpstreamUrls): Promise<Target> {
  return {
    name: 'direct',
    label: 'direct upstream',
    about: 'the double of a model vendor, on loopback',
    endpoints: {
      answering: endpointOf(upstreams, 'answering'),
      metronome: endpointOf(upstreams, 'metronome'),
    },
    stop: async () => {},
  };
}

function endpointOf(upstreams: UpstreamUrls, name: UpstreamName): Endpoint {
  return { origin: upstreams[name], path: chatPath, headers: {}, model: name };
}
