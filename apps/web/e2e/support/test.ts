import { type Page, test as base, expect } from '@playwright/test';
import { type Installation, startInstallation } from './start-installation.ts';

export const owner = { email: 'owner@example.com', password: 'correct horse battery' };

type StorageState = Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;

interface WorkerFixtures {
  installation: Installation;
  /** A browser in which the owner is signed in, whoever made the owner. */
  session: StorageState;
}

/** Tests with an installation, whose pages fail on errors in the console: CSP violations, crashes, broken code. */
export const test = base.extend<{ cleanConsole: undefined }, WorkerFixtures>({
  installation: [
    // Playwright reads the names of fixtures from this pattern.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const installation = await startInstallation();
      await use(installation);
      await installation.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  session: [
    async ({ browser, installation }, use) => {
      const page = await browser.newPage({ baseURL: installation.url, locale: 'en-US' });
      await page.goto('/sign-in');
      const response = await page.request.get('/api/v1/setup');
      const status: unknown = await response.json();
      const isClaimed =
        typeof status === 'object' && status !== null && Reflect.get(status, 'claimed') === true;
      await (isClaimed ? signIn(page) : setUp(page, installation.token));
      await expect(page.getByRole('link', { name: 'Contacts' })).toBeVisible();
      await use(await page.context().storageState());
      await page.close();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ installation }, use) => use(installation.url),
  cleanConsole: [
    async ({ page }, use) => {
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        // A reply that a test provokes on purpose is no problem of the page.
        const isReply = message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && !isReply) problems.push(message.text());
      });
      await use(undefined);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export async function signIn(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function setUp(page: Page, token: string): Promise<void> {
  await page.goto(`/setup#token=${token}`);
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByLabel('Workspace name').fill('Padaria Aurora');
  await page.getByRole('button', { name: 'Open ZapHub' }).click();
}
