import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ExportLine, formatExportLine } from '../../domain/audit/export-format.ts';
import type { Route } from '../http/exchange.ts';

async function* toText(lines: AsyncIterable<ExportLine>): AsyncGenerator<string> {
  for await (const line of lines) yield formatExportLine(line);
}

/** `GET /admin/audit/export`: the whole log, read as fast as the client takes it. `npm run audit:verify` judges it. */
export const auditExportRoute: Route = {
  method: 'get',
  path: '/admin/audit/export',
  access: 'key',
  scopes: ['audit', 'admin'],
  doc: {
    summary: 'The whole log as JSON lines: its key, its entries, signed checkpoints among them and at the end',
    tag: 'operations',
    responses: { 200: { description: 'One entry or checkpoint a line', mediaType: 'application/x-ndjson' } },
  },
  handle: async ({ res, ports, principal, gone, reportError }) => {
    const lines = ports.audit.export(principal);
    // The first line shows whether the log can be read, while there can still be an error status.
    const first = await lines.next();
    res.setHeader('content-type', 'application/x-ndjson; charset=utf-8');
    res.setHeader('content-disposition', 'attachment; filename="audit.jsonl"');
    const text = async function* (): AsyncGenerator<string> {
      if (first.done) return;
      yield formatExportLine(first.value);
      yield* toText(lines);
    };
    try {
      await pipeline(Readable.from(text()), res);
    } catch (error) {
      if (!gone.aborted) reportError(error);
      res.destroy();
    }
  },
};
