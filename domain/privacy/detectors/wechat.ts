import { span, type Span } from '../span.ts';
import { matchesOf } from './matches.ts';

const assigned = /(?<![\w-])wxid_[a-z0-9_-]{6,30}/giu;
/** A label, up to eight characters that lead to the value, then an id as WeChat allows it (6–20, begins with a letter). */
const labelled =
  /(?:微信|薇信|威信|wechat|weixin|(?<![A-Za-z])(?:vx|wx|加v)(?![A-Za-z]))(?:号码?|账号|id|is|:|：|是|为|加|添加|我|搜索?|喊|叫|找|=| ){0,8}([A-Za-z][\w-]{5,19})(?![\w@-])/giu;
const words = /^(?:wechat|weixin|official|account|service|payment|please|mini.?program|support|number)$/iu;

/** WeChat ids: the assigned form anywhere, a chosen one behind a label. */
export function detectWechat(text: string): Span[] {
  if (!/wx|vx|加v|微信|薇信|威信|wechat|weixin/iu.test(text)) return [];
  const spans: Span[] = [];
  for (const { 0: found, index } of matchesOf(text, assigned))
    spans.push(span('wechat', index, index + found.length, 'verified'));
  for (const match of matchesOf(text, labelled)) {
    const id = match[1] ?? '';
    const end = match.index + match[0].length;
    const mixed = /[\d_-]/u.test(id) || !/[a-z]/iu.test(match[0].slice(0, 2));
    if (mixed && !words.test(id)) spans.push(span('wechat', end - id.length, end, 'cued'));
  }
  return spans;
}
