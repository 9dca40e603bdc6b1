import type { LanguageModelV4FilePart, LanguageModelV4TextPart } from '@ai-sdk/provider';
import type { ChatContentPart, ChatMessage } from '../../domain/chat.ts';
import { GatewayError } from '../../domain/errors.ts';
import { isRecord, stringAt } from '../json.ts';
import { unsupported, type VendorRules } from './vendor-rules.ts';

type Part = LanguageModelV4TextPart | LanguageModelV4FilePart;

/** A user's content: text, images (data or https URL), audio and files. `detail` of an image is left to the vendor. */
export function contentParts(content: ChatMessage['content'], at: string, rules: VendorRules): Part[] {
  if (!Array.isArray(content)) return [{ type: 'text', text: content ?? '' }];
  return content.map((part, index) => contentPart(part, `${at}[${index}]`, rules));
}

/** The text of a content whose role may only speak. A refusal is what the assistant said. */
export function textOf(content: ChatMessage['content'], at: string): string {
  if (!Array.isArray(content)) return content ?? '';
  return content
    .map((part, index) => {
      const text = stringAt(part, 'text') ?? stringAt(part, 'refusal');
      if (text === undefined) throw invalid(`${at}[${index}]`, 'is not text');
      return text;
    })
    .join('');
}

function contentPart(part: ChatContentPart, at: string, rules: VendorRules): Part {
  const value = part[part.type];
  switch (part.type) {
    case 'text':
      return { type: 'text', text: stringAt(part, 'text') ?? '' };
    case 'image_url':
      return image(isRecord(value) ? (stringAt(value, 'url') ?? '') : '', `${at}.image_url.url`);
    case 'input_audio': {
      const format = isRecord(value) ? stringAt(value, 'format') : undefined;
      const data = isRecord(value) ? stringAt(value, 'data') : undefined;
      const mediaType = audioTypes[format ?? ''];
      if (data === undefined || mediaType === undefined)
        throw invalid(`${at}.input_audio`, 'needs data and a format, wav or mp3');
      return { type: 'file', mediaType, data: { type: 'data', data } };
    }
    case 'file': {
      const url = isRecord(value) ? stringAt(value, 'file_data') : undefined;
      if (url === undefined) throw unsupported(rules, `${at}.file.file_id`, 'files by id; give file_data');
      const filename = isRecord(value) ? stringAt(value, 'filename') : undefined;
      return { ...dataUrl(url, `${at}.file.file_data`), ...(filename !== undefined && { filename }) };
    }
    default:
      throw unsupported(rules, `${at}.type`, `content of the type ${part.type.slice(0, 40)}`);
  }
}

const audioTypes: Record<string, string> = { wav: 'audio/wav', mp3: 'audio/mpeg' };

function image(url: string, at: string): LanguageModelV4FilePart {
  if (url.startsWith('data:')) return dataUrl(url, at);
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'https:') throw invalid(at, 'is neither an https URL nor a data URL');
  return { type: 'file', mediaType: imageType(parsed), data: { type: 'url', url: parsed } };
}

/** By the name of the file; the vendor that fetches it looks at the bytes. */
function imageType({ pathname }: URL): string {
  const extension = /\.(png|gif|webp|heic|heif)$/i.exec(pathname)?.[1]?.toLowerCase();
  return `image/${extension ?? 'jpeg'}`;
}

function dataUrl(url: string, at: string): LanguageModelV4FilePart {
  const match = /^data:([\w.+-]+\/[\w.+-]+)(?:;[\w.+-]+=[^;,]*)*;base64,/.exec(url);
  if (match?.[1] === undefined) throw invalid(at, 'is not a base64 data URL with a media type');
  return { type: 'file', mediaType: match[1], data: { type: 'data', data: url.slice(match[0].length) } };
}

function invalid(param: string, what: string): GatewayError {
  return new GatewayError({ type: 'not_supported', message: `${param} ${what}`, param });
}
