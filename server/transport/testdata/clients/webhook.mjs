// A receiver that verifies by the library of the Standard Webhooks specification: node webhook.mjs PORT SECRET... prints what it takes.
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const [port, ...secrets] = process.argv.slice(2);
createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const verified = secrets.map((secret) => {
    try {
      return new Webhook(secret).verify(body, request.headers);
    } catch {
      return null;
    }
  });
  const event = verified.find((one) => one !== null);
  console.log(event ? `${event.type} by ${verified.filter((one) => one !== null).length}` : "refused");
  response.writeHead(event ? 204 : 400).end();
}).listen(Number(port), "127.0.0.1", () => console.log("listening"));
