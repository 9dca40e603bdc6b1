import { Gauge, type Registry } from 'prom-client';
import { type QualityModel, qualityModelVersion } from '../../domain/routing/quality-model.ts';

/** Shows in Prometheus which quality model judges prompts. */
export function qualityModelInfo(registry: Registry, model: QualityModel): void {
  new Gauge({
    name: 'holdfast_quality_model_info',
    help: 'Always 1; the label is the version of the quality model in use',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: qualityModelVersion(model) }, 1);
}
