CREATE TABLE "call_hours" (
	"account_id" integer NOT NULL,
	"dialect" text COLLATE "C" NOT NULL,
	"credential_id" integer NOT NULL,
	"hour" timestamptz(3) NOT NULL,
	"accepted" integer NOT NULL,
	"refused" integer NOT NULL,
	CONSTRAINT "call_hours_account_id_dialect_credential_id_hour_pk" PRIMARY KEY("account_id","dialect","credential_id","hour")
);
--> statement-breakpoint
CREATE TABLE "call_streaks" (
	"account_id" integer NOT NULL,
	"dialect" text COLLATE "C" NOT NULL,
	"refused_in_row" integer NOT NULL,
	"refused_since" timestamptz(3),
	"changed_at" timestamptz(3) NOT NULL,
	CONSTRAINT "call_streaks_account_id_dialect_pk" PRIMARY KEY("account_id","dialect")
);
--> statement-breakpoint
CREATE TABLE "daily_lines" (
	"account_id" integer PRIMARY KEY NOT NULL,
	"day" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_links" (
	"account_id" integer NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"number" integer NOT NULL,
	CONSTRAINT "order_links_account_id_key_pk" PRIMARY KEY("account_id","key")
);
--> statement-breakpoint
CREATE TABLE "refused_calls" (
	"account_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "refused_calls_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamptz(3) NOT NULL,
	"dialect" text COLLATE "C" NOT NULL,
	"function" text,
	"address" text NOT NULL,
	"outcome" text COLLATE "C" NOT NULL,
	"reason" text,
	"credential_id" integer,
	"tried" jsonb,
	"digest" "bytea",
	"body_bytes" integer,
	"request" "bytea",
	CONSTRAINT "refused_calls_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "test" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "endpoints" ADD COLUMN "test" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "call_hours" ADD CONSTRAINT "call_hours_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_streaks" ADD CONSTRAINT "call_streaks_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "daily_lines" ADD CONSTRAINT "daily_lines_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_links" ADD CONSTRAINT "order_links_account_id_number_orders_account_id_number_fk" FOREIGN KEY ("account_id","number") REFERENCES "public"."orders"("account_id","number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refused_calls" ADD CONSTRAINT "refused_calls_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "order_links_order" ON "order_links" USING btree ("account_id","number");--> statement-breakpoint
CREATE INDEX "refused_calls_at" ON "refused_calls" USING btree ("account_id","at");