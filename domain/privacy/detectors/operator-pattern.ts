import { RE2JS } from 're2js';
import { span, type Entity, type Span } from '../span.ts';
import type { WordDetector } from './registered.ts';

/**
 * An operator's own pattern in RE2 syntax, which runs in linear time whatever the pattern (no look-around, no
 * back-references). Group 1 is the value where there is one.
 * @throws Error with RE2's words where the pattern is not valid.
 */
export function createPatternDetector(pattern: string, entity: Entity): WordDetector {
  const compiled = RE2JS.compile(pattern);
  return (text) => {
    const spans: Span[] = [];
    const matcher = compiled.matcher(text);
    while (matcher.find()) {
      const group = matcher.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
      const start = matcher.start(group);
      const end = matcher.end(group);
      if (end > start) spans.push(span(entity, start, end, 'cued'));
    }
    return spans;
  };
}
