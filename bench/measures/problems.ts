/** How often each kind of failure was seen, such as `{"status 429": 3}`. */
export type Problems = Record<string, number>;

export function countProblem(problems: Problems, problem: string): void {
  problems[problem] = (problems[problem] ?? 0) + 1;
}
