/** `node platform/temporal/build-workflow-bundle.ts FILE`: writes the workflow code as one script. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { failureConverterPath } from './data-converter.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: build-workflow-bundle.ts FILE');
const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
  failureConverterPath,
  logger: new DefaultLogger('ERROR'),
});
await writeFile(file, code);
