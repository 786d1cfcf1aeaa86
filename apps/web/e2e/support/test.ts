import { type APIResponse, type Page, test as base, expect } from '@playwright/test';
import { type Installation, startInstallation } from './start-installation.ts';

/** Who the first account is made for. */
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
      const status = await read(await page.request.get('/api/v1/setup'));
      await (status['claimed'] === true ? signIn(page) : setUp(page, installation.token));
      await expect(page.getByRole('link', { name: 'Contacts', exact: true })).toBeVisible();
      await addSamples(page);
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

/** Opens every page of a file as the owner, who is signed in already. */
export function beSignedIn(): void {
  test.beforeEach(async ({ context, session, installation }) => {
    await context.addCookies(session.cookies);
    const stored = session.origins.find(({ origin }) => origin === installation.url)?.localStorage ?? [];
    await context.addInitScript((entries) => {
      for (const { name, value } of entries) localStorage.setItem(name, value);
    }, stored);
  });
}

async function signIn(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function setUp(page: Page, token: string): Promise<void> {
  await page.goto(`/setup#token=${token}`);
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByLabel('Workspace name').fill('Padaria Aurora');
  await page.getByRole('button', { name: 'Open ZapHub' }).click();
}

/** Contacts, a template and a campaign that has been sent, for tests that look at screens. */
async function addSamples(page: Page): Promise<void> {
  const stored = await page.evaluate(() => localStorage.getItem('zaphub.session'));
  const session: unknown = JSON.parse(stored ?? '{}');
  const token =
    typeof session === 'object' && session !== null ? Reflect.get(session, 'access_token') : undefined;
  const headers = { authorization: `Bearer ${String(token)}` };
  await read(await page.request.post('/api/v1/sample-data', { headers }));
  const templates = await read(await page.request.get('/api/v1/templates', { headers }));
  const [template] = Array.isArray(templates['data']) ? templates['data'] : [];
  const data = { name: 'Sample', template_id: template?.id, audience: { kind: 'all' } };
  const campaign = await read(await page.request.post('/api/v1/campaigns', { headers, data }));
  const path = `/api/v1/campaigns/${String(campaign['id'])}`;
  await read(await page.request.post(`${path}/start`, { headers }));
  await expect
    .poll(async () => (await read(await page.request.get(path, { headers })))['status'], { timeout: 30_000 })
    .toBe('completed');
}

async function read(response: APIResponse): Promise<Record<string, unknown>> {
  const text = await response.text();
  expect(response.ok(), `${response.url()} answered ${response.status()} ${text}`).toBe(true);
  const body: unknown = JSON.parse(text);
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
