import { CallClock } from '../../../activities/call-clock.ts';
import { Race, type Racer } from '../../../activities/race.ts';

const times = { deadlineMs: Date.now() + 60_000, tryTimeoutMs: 60_000, firstTokenTimeoutMs: 60_000 };

/** A call that begins its answer and ends when it is told to, and rejects when it is stopped. */
function call(race: Race) {
  const end = Promise.withResolvers<string>();
  let racer: Racer | undefined;
  let clock: CallClock | undefined;
  const answer = race.enter(
    (own) => {
      racer = own;
      clock = new CallClock(times, own);
      return clock;
    },
    async ({ signal }) => {
      signal.addEventListener('abort', () => end.reject(signal.reason as Error));
      return end.promise;
    },
  );
  answer.catch(() => undefined);
  return { answer, begin: () => clock?.answerBegins(), end: end.resolve, othersEnded: () => racer?.othersEnded() };
}

describe('two calls for one answer', () => {
  it('stop the one whose answer has not begun when the other does', async () => {
    const race = new Race();
    const [slow, quick] = [call(race), call(race)];
    quick.begin();
    expect(race.decided.aborted).toBe(true);
    await expect(slow.answer).rejects.toMatchObject({ type: 'overtaken' });
    quick.end('answer');
    expect(await quick.answer).toBe('answer');
  });

  it('let nobody begin after the other has', () => {
    const race = new Race();
    const [slow, quick] = [call(race), call(race)];
    quick.begin();
    expect(() => slow.begin()).toThrow(expect.objectContaining({ type: 'overtaken' }) as Error);
    expect(() => quick.begin()).not.toThrow();
    quick.end('');
  });

  it('tell the winner when the other has ended', async () => {
    const race = new Race();
    const [slow, quick] = [call(race), call(race)];
    quick.begin();
    await quick.othersEnded();
    await expect(slow.answer).rejects.toMatchObject({ type: 'overtaken' });
    quick.end('');
  });

  it('are both stopped when the client leaves', async () => {
    const race = new Race();
    const calls = [call(race), call(race)];
    race.abort(new Error('gone'));
    for (const { answer } of calls) await expect(answer).rejects.toThrow('gone');
  });

  it('are not needed: one alone begins and ends', async () => {
    const race = new Race();
    const only = call(race);
    only.begin();
    await only.othersEnded();
    only.end('answer');
    expect(await only.answer).toBe('answer');
  });
});
