import type { LanguageModelV4 } from '@ai-sdk/provider';
import { createChatAccumulator } from '../../domain/chat-accumulator.ts';
import type { Provider } from '../../domain/deployment.ts';
import type { ChatAdapter, ChatCall, ProviderAnswer, ProviderChunk } from '../contract.ts';
import { assertSaysSomething, StreamEnd } from '../whole-answer.ts';
import { errorFromAiSdk } from './ai-sdk-error.ts';
import { assertNothingDropped } from './dropped-settings.ts';
import { PartsToChunks } from './parts-to-chunks.ts';
import { requestToCallOptions } from './request-to-call-options.ts';
import { resultToCompletion } from './result-to-completion.ts';
import type { VendorRules } from './vendor-rules.ts';
import { vendorExchange, type VendorExchange } from './vendor-exchange.ts';

interface AiSdkVendor {
  rules: VendorRules;
  model(provider: Provider, modelId: string, fetch: VendorExchange['fetch']): LanguageModelV4;
}

/** Chat with a vendor whose wire is not the client's, translated by an AI SDK model. The SDK's retries do not exist at this level. */
export function aiSdkChat(vendor: AiSdkVendor): ChatAdapter {
  async function* stream(call: ChatCall): AsyncGenerator<ProviderChunk, void> {
    const exchange = vendorExchange(call, true);
    const end = new StreamEnd(call);
    try {
      const options = requestToCallOptions(call, vendor.rules);
      const { provider, model } = call.deployment;
      const result = await vendor.model(provider, model, exchange.fetch).doStream(options);
      const toChunks = new PartsToChunks(call);
      for await (const part of result.stream) {
        if (part.type === 'stream-start') assertNothingDropped(part.warnings, vendor.rules);
        for (const chunk of toChunks.convert(part)) {
          end.see(chunk);
          yield { chunk };
        }
      }
      call.signal.throwIfAborted();
      const failure = exchange.failure();
      if (failure !== undefined && !end.isFinished(true)) throw failure;
      end.assertWhole(true);
    } catch (error) {
      throw errorFromAiSdk(error, call);
    } finally {
      exchange.close();
    }
  }

  async function complete(call: ChatCall): Promise<ProviderAnswer> {
    if (call.deployment.provider.alwaysStream || call.prefill !== undefined) {
      const accumulator = createChatAccumulator();
      for await (const { chunk } of stream(call)) accumulator.add(chunk);
      return { completion: accumulator.completion() };
    }
    const exchange = vendorExchange(call, false);
    try {
      const options = requestToCallOptions(call, vendor.rules);
      const { provider, model } = call.deployment;
      const result = await vendor.model(provider, model, exchange.fetch).doGenerate(options);
      assertNothingDropped(result.warnings, vendor.rules);
      const completion = resultToCompletion(result, call);
      assertSaysSomething(completion, call);
      return { completion };
    } catch (error) {
      throw errorFromAiSdk(error, call);
    } finally {
      exchange.close();
    }
  }

  return { complete, stream };
}
