import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expectNoViolations } from './support/axe.ts';
import { expect, test } from './support/test.ts';

/** Somebody's own system: it takes tests and refuses everything else. */
const received: string[] = [];
const receiver = createServer((request, response) => {
  request.resume();
  received.push(String(request.headers['x-zaphub-event']));
  const isTest = request.headers['x-zaphub-event'] === 'webhook.test';
  response.writeHead(isTest ? 200 : 500).end(isTest ? 'thank you' : 'no database');
});

test.beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
test.afterAll(() => {
  receiver.close();
});
test.beforeEach(async ({ context, session, installation }) => {
  await context.addCookies(session.cookies);
  const stored = session.origins.find(({ origin }) => origin === installation.url)?.localStorage ?? [];
  await context.addInitScript((entries) => {
    for (const { name, value } of entries) localStorage.setItem(name, value);
  }, stored);
});

test('a webhook is added, tried, and shows what failed; its secret is shown once', async ({ page }) => {
  // A server that listens on a port has such an address.
  const { port } = receiver.address() as AddressInfo;
  await page.emulateMedia({ reducedMotion: 'reduce' });

  await test.step('added', async () => {
    await page.goto('/webhooks');
    await expect(page.getByText('Nobody is told yet')).toBeVisible();
    await expectNoViolations(page);
    await page.getByRole('link', { name: 'Add webhook' }).first().click();
    await page.getByRole('button', { name: 'Add webhook' }).click();
    await expect(page.getByText('Write the whole address')).toBeVisible();
    await page.getByLabel('Address').fill('http://169.254.169.254/latest');
    await page.getByRole('button', { name: 'Add webhook' }).click();
    await expect(page.getByText('The address leads to a private network.')).toBeVisible();
    await expectNoViolations(page);
    await page.getByLabel('Address').fill(`http://127.0.0.1:${port}/zaphub`);
    await page.getByLabel('Description').fill('Our ERP');
    await page.getByLabel('Campaign started').check();
    await page.getByLabel('Number’s state changed').check();
    await page.getByRole('button', { name: 'Add webhook' }).click();
    await expect(page.getByTestId('webhook-secret')).toHaveText(/^whsec_.{44}$/);
    await expectNoViolations(page);
    await page.getByRole('link', { name: 'Go to the webhook' }).click();
    await expect(page.getByRole('heading', { name: 'Our ERP' })).toBeVisible();
    await expect(page.getByText('whsec_')).toHaveCount(0);
  });

  await test.step('tried', async () => {
    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.getByRole('button', { name: /Test event.*Delivered/ }).click();
    await expect(page.getByRole('dialog').getByText('thank you')).toBeVisible();
    await expectNoViolations(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  });

  await test.step('fails, and says why', async () => {
    await page.goto('/connections');
    await page.getByRole('link', { name: 'Simulator' }).first().click();
    await page.getByRole('button', { name: 'Hold sending' }).click();
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.goto('/webhooks');
    await expect(page.getByText('Failing')).toBeVisible({ timeout: 30_000 });
    await page.getByRole('link', { name: 'Our ERP' }).click();
    await expect(page.getByText('It answered 500 instead of 200 to 299.').first()).toBeVisible();
    await expectNoViolations(page);
    expect(received).toContain('connection.state');
  });

  await test.step('on a phone nothing is wider than the screen', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByText('Nobody is told yet')).toBeVisible();
  });
});
