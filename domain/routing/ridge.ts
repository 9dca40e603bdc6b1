import type { SparseVector } from './prompt-vector.ts';

/**
 * Ridge regression on sparse rows: minimises |X w + b − y|² + alpha |w|² by conjugate gradients on the normal equations
 * (Hestenes & Stiefel 1952), with b the mean of `targets`. Returns the `size` weights w. Deterministic.
 */
export function fitRidge(
  rows: readonly SparseVector[],
  targets: readonly number[],
  size: number,
  alpha: number,
): Float64Array {
  const mean = targets.reduce((sum, target) => sum + target, 0) / Math.max(1, targets.length);
  return solve(
    rows,
    targets.map((target) => target - mean),
    size,
    alpha,
  );
}

const maxIterations = 60;
/** Relative residual at which the weights no longer change a prediction by a thousandth. */
const tolerance = 1e-4;

function solve(rows: readonly SparseVector[], y: readonly number[], size: number, alpha: number): Float64Array {
  const weights = new Float64Array(size);
  const residual = new Float64Array(size);
  rows.forEach((row, index) => addScaled(residual, row, y[index] ?? 0));
  const direction = residual.slice();
  let norm = squaredNorm(residual);
  const enough = norm * tolerance ** 2;
  for (let iteration = 0; iteration < maxIterations && norm > enough; iteration++) {
    const image = new Float64Array(size);
    for (const row of rows) addScaled(image, row, dot(direction, row));
    let curvature = 0;
    for (let at = 0; at < size; at++) {
      image[at] = image[at]! + alpha * direction[at]!;
      curvature += direction[at]! * image[at]!;
    }
    const step = norm / curvature;
    for (let at = 0; at < size; at++) {
      weights[at] = weights[at]! + step * direction[at]!;
      residual[at] = residual[at]! - step * image[at]!;
    }
    const next = squaredNorm(residual);
    for (let at = 0; at < size; at++) direction[at] = residual[at]! + (next / norm) * direction[at]!;
    norm = next;
  }
  return weights;
}

/** Sum of products of a dense and a sparse vector. */
function dot(dense: Float64Array, row: SparseVector): number {
  const { indices, values } = row;
  let sum = 0;
  for (let at = 0; at < indices.length; at++) sum += dense[indices[at]!]! * values[at]!;
  return sum;
}

function addScaled(dense: Float64Array, row: SparseVector, factor: number): void {
  const { indices, values } = row;
  for (let at = 0; at < indices.length; at++) {
    const position = indices[at]!;
    dense[position] = dense[position]! + factor * values[at]!;
  }
}

function squaredNorm(vector: Float64Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return sum;
}
