import type { Locator, Page } from '@playwright/test';
import { expect, owner, test } from './support/test.ts';

const mostTabs = 60;

test('signs in and sends a campaign with the keyboard alone', async ({ page, session }) => {
  // Somebody owns the installation and has something to send; this browser starts signed out.
  expect(session.origins).not.toHaveLength(0);
  await page.goto('/sign-in');
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await page.keyboard.type(owner.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(owner.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Contacts', exact: true })).toBeVisible();

  await test.step('the skip link leads past the navigation', async () => {
    await page.reload();
    await expect(page.getByRole('link', { name: 'Contacts', exact: true })).toBeVisible();
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByRole('main').getByRole('link', { name: 'New campaign' }).first());
    await page.keyboard.press('Enter');
  });

  await test.step('fill in the form', async () => {
    await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
    await page.keyboard.type('By keyboard');
    await tabTo(page, page.getByLabel('Template', { exact: true }));
    await page.keyboard.press('Enter');
    await expect(page.getByRole('option').first()).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('option').first()).toBeHidden();
    await expect(page.getByTestId('will-receive')).toBeVisible();
  });

  await test.step('send, and come back out of the dialog first', async () => {
    const send = page.getByRole('button', { name: 'Send now…' });
    await expect(send).toBeEnabled();
    await tabTo(page, send);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alertdialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('alertdialog')).toBeHidden();
    await expect(send).toBeFocused();
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByRole('alertdialog').getByRole('button', { name: 'Send now' }));
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/campaigns\/cmp_/);
    await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 30_000 });
  });

  await test.step('look at one outcome', async () => {
    const skipped = page.getByRole('button', { name: /^Left out/ });
    await tabTo(page, skipped);
    await page.keyboard.press('Enter');
    await expect(skipped).toHaveAttribute('aria-pressed', 'true');
    await expect(page).toHaveURL(/state=skipped/);
  });
});

/** Presses Tab until the wanted element has the focus, and checks that the focus can be seen. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < mostTabs; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      await expect(target).toHaveCSS('outline-style', 'solid');
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${target.toString()}`);
}
