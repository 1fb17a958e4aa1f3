// What the tests do to the app, in the words of the app.

/** Opens the composer's window, by the key or the button. */
export async function compose(page) {
  await page.getByRole('button', { name: 'New post' }).locator('visible=true').first().click();
  return page.getByRole('dialog', { name: 'New post' });
}

/** Writes a post and waits until it is accepted. */
export async function post(page, text, { picture, description } = {}) {
  const dialog = await compose(page);
  await dialog.getByLabel('Text of the post').fill(text);
  if (picture) {
    await dialog.locator('input[type=file]').setInputFiles(picture);
    await dialog.getByLabel(/Describe/).fill(description);
  }
  await dialog.getByRole('button', { name: 'Post', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** The article with this text. */
export function article(page, text) {
  return page.getByRole('article').filter({ hasText: text });
}

/** An entry of the "more" menu of an article. */
export async function choose(page, item, name) {
  await item.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
}

/** Chooses a picture on the settings of a profile and takes the part that is offered. */
export async function choosePicture(page, label, file) {
  await page.getByLabel(label).setInputFiles(file);
  await page.getByRole('dialog', { name: 'Choose the part that is shown' }).getByRole('button', { name: 'Done' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}
