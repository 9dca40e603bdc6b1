import { pino } from 'pino';
import { GatewayError } from '../../../domain/errors.ts';
import { whenUp } from '../../../workers/when-up.ts';

const logger = pino({ level: 'silent' });
const away = new GatewayError({ type: 'not_ready', message: 'The database cannot be read.' });

describe('opening a part', () => {
  it('waits while it is away', async () => {
    const failures: Error[] = [away];
    const opened = await whenUp('the database', logger, async () => {
      const failure = failures.pop();
      if (failure) throw failure;
      return 'open';
    });
    expect(opened).toBe('open');
  });

  it('does not wait where waiting cannot help', async () => {
    const foreignKeys = new GatewayError({ type: 'encryption_failed', message: 'The keys are not its own.' });
    let tries = 0;
    const opening = whenUp('the database', logger, async () => {
      tries += 1;
      throw foreignKeys;
    });
    await expect(opening).rejects.toBe(foreignKeys);
    expect(tries).toBe(1);
  });
});
