import { expectNoViolations } from './support/axe.ts';
import { beSignedIn, expect, test } from './support/test.ts';

beSignedIn();

test('a number is given limits, put into a pool, and a campaign that it holds up says why', async ({
  page,
}) => {
  await test.step('a warm-up and a daily limit', async () => {
    await page.goto('/connections');
    await page.getByRole('link', { name: 'Simulator' }).click();
    await page.getByLabel('Messages a day at most').fill('50000');
    await page.getByRole('button', { name: 'Save limits' }).click();
    await expect(page.getByText(/^[\d,]+ of 50,000 sent$/)).toBeVisible();
    await page.getByRole('button', { name: 'Start a warm-up…' }).click();
    await page.getByRole('button', { name: 'Save warm-up' }).click();
    await expect(page.getByText('Day 1 of 28: up to 20 messages today.')).toBeVisible();
    await expectNoViolations(page);
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  await test.step('a pool', async () => {
    await page.goto('/connections/pools/new');
    await page.getByRole('switch', { name: 'Simulator is in the pool' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Shops');
    await expectNoViolations(page);
    await page.getByRole('button', { name: 'Make the pool' }).click();
    await expect(page.getByRole('heading', { name: 'Shops' })).toBeVisible();
  });

  await test.step('a campaign of the pool, whose only number is held', async () => {
    await page.goto('/connections');
    await page.getByRole('link', { name: 'Simulator' }).click();
    await page.getByRole('button', { name: 'Hold sending' }).click();
    await expect(page.getByText('On hold', { exact: true })).toBeVisible();
    await page.goto('/campaigns/new');
    await page.getByLabel('Name', { exact: true }).fill('From the pool');
    await page.getByLabel('Send from').click();
    await page.getByRole('option', { name: /Shops/ }).click();
    await page.getByLabel('Template', { exact: true }).click();
    await page.getByRole('option').first().click();
    await page.getByRole('button', { name: 'Send now…' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Send now' }).click();
    await expect(page.getByText('It stands still: no number of its pool can send.')).toBeVisible();
    await expectNoViolations(page);
    await page.getByRole('button', { name: 'Change speed…' }).click();
    await page.getByRole('textbox', { name: 'Messages at most' }).fill('30');
    await page.getByRole('button', { name: 'Save speed' }).click();
    await expect(page.getByText('30 a second', { exact: true })).toBeVisible();
  });

  await test.step('released and without a warm-up, it goes on', async () => {
    await page.goto('/connections');
    await page.getByRole('link', { name: 'Simulator' }).click();
    await page.getByRole('button', { name: 'End the warm-up' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End the warm-up' }).click();
    await expect(page.getByText('None: from the first day on only the daily limit holds.')).toBeVisible();
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.goto('/campaigns');
    await page.getByRole('link', { name: 'From the pool' }).click();
    await expect(page.getByRole('heading', { level: 1, name: /From the pool\s*Done/ })).toBeVisible({
      timeout: 60_000,
    });
  });
});
