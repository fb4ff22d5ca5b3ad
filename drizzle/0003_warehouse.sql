CREATE TABLE "awaiting_shipment" (
	"account_id" integer NOT NULL,
	"release_number" integer NOT NULL,
	"number" integer NOT NULL,
	CONSTRAINT "awaiting_shipment_account_id_release_number_pk" PRIMARY KEY("account_id","release_number")
);
--> statement-breakpoint
ALTER TABLE "takings" ADD COLUMN "confirmed_times" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
INSERT INTO "awaiting_shipment" ("account_id", "release_number", "number")
SELECT "account_id", "release_number", "number" FROM "order_states"
WHERE "release_number" IS NOT NULL AND "fulfilment" = 'open' AND NOT "hidden"
	AND "payment" IN ('waiting', 'paid');
