CREATE TABLE "replays" (
	"account_id" integer NOT NULL,
	"digest" "bytea" NOT NULL,
	"function" text COLLATE "C" NOT NULL,
	"answer" text,
	"busy_until" timestamptz(3),
	"made_at" timestamptz(3) NOT NULL,
	CONSTRAINT "replays_account_id_digest_pk" PRIMARY KEY("account_id","digest")
);
--> statement-breakpoint
ALTER TABLE "replays" ADD CONSTRAINT "replays_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "replays_age" ON "replays" USING btree ("account_id","made_at");