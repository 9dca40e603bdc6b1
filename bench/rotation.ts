/**
 * The items in the order of a given round, each round beginning one further. What follows a slow neighbour, or comes
 * first after a pause, is then a different target each time, so that noise of the machine hits all of them alike.
 */
export function rotated<T>(items: readonly T[], round: number): T[] {
  const start = items.length === 0 ? 0 : round % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
