// Drives Swagger UI as a person would: authorize with a token, open "Get users", try it out, read the answer.
//
//   node swagger.mjs BASE_URL SCREENSHOT.png TOKEN
//
// Prints {"status": 200, "body": ..., "shown": the answer as the page shows it, "requests": ...}, as drive.mjs tells; exit 2
// for wrong arguments.

import { drive } from "./drive.mjs";

const SCHEME = "CoderSessionToken";
const TAG = "Users";
const OPERATION = "get-users";
const PATH = "/api/v2/users";

const [baseUrl, screenshot, token] = process.argv.slice(2);
if (!baseUrl || !token || !screenshot) {
  console.error("usage: node swagger.mjs BASE_URL SCREENSHOT.png TOKEN");
  process.exit(2);
}

await drive({ viewport: { width: 1280, height: 1600 } }, async (page) => {
  try {
    return await useSwagger(page);
  } finally {
    await page.screenshot({ path: screenshot });
  }
});

async function useSwagger(page) {
  await page.goto(new URL("/swagger/", baseUrl).href);
  await page.locator(".swagger-ui .opblock-tag").first().waitFor();

  await page.locator(".auth-wrapper .btn.authorize").first().click();
  const dialog = page.locator(".dialog-ux .modal-ux");
  // Each scheme has a form of its own, headed by the scheme's name.
  const heading = page.locator("h4 code", { hasText: new RegExp(`^${SCHEME}$`) });
  const form = dialog.locator("form").filter({ has: heading });
  await form.locator("input").first().fill(token);
  await form.locator("button[type=submit]").click();
  // The field gives way to a "Logout" button once the token is taken.
  await form.getByText("Logout").waitFor();
  await dialog.locator(".close-modal").click();
  await dialog.waitFor({ state: "detached" });

  const tag = page.locator(`.opblock-tag[data-tag="${TAG}"]`);
  if ((await tag.getAttribute("data-is-open")) !== "true") await tag.click();
  const operation = page.locator(`[id="operations-${TAG}-${OPERATION}"]`);
  await operation.locator(".opblock-summary-control").click();
  const tryOut = operation.locator(".try-out__btn");
  await tryOut.waitFor();
  // Where trying is switched on from the start, the same button would switch it off.
  if (!(await tryOut.getAttribute("class")).includes("cancel")) await tryOut.click();
  const answered = page.waitForResponse(
    (response) => new URL(response.url()).pathname === PATH && response.request().method() === "GET",
  );
  const [response] = await Promise.all([answered, operation.locator(".btn.execute").click()]);

  // What counts is what the reader sees: the live answer below the operation.
  const live = operation.locator(".live-responses-table tbody .response");
  await live.waitFor();
  await live.scrollIntoViewIfNeeded();
  const shown = (await live.locator(".response-col_status").innerText()).trim();
  if (!shown.startsWith(String(response.status()))) {
    throw new Error(`the server answered ${response.status()}, the page shows ${shown}`);
  }
  const text = await response.text();
  const body = text === "" ? null : JSON.parse(text);
  return { status: response.status(), body, shown: await live.innerText() };
}
