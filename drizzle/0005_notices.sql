CREATE TABLE "deliveries" (
	"account_id" integer NOT NULL,
	"endpoint_id" integer NOT NULL,
	"number" integer NOT NULL,
	"seq" integer NOT NULL,
	"part" smallint NOT NULL,
	"type" text COLLATE "C" NOT NULL,
	"body" text NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"made_at" timestamptz(3) NOT NULL,
	"due_at" timestamptz(3) NOT NULL,
	"tries" smallint DEFAULT 0 NOT NULL,
	"leased_until" timestamptz(3),
	"done_at" timestamptz(3),
	CONSTRAINT "deliveries_account_id_endpoint_id_number_seq_part_pk" PRIMARY KEY("account_id","endpoint_id","number","seq","part")
);
--> statement-breakpoint
CREATE TABLE "delivery_attempts" (
	"account_id" integer NOT NULL,
	"endpoint_id" integer NOT NULL,
	"number" integer NOT NULL,
	"seq" integer NOT NULL,
	"part" smallint NOT NULL,
	"tried" smallint NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"latency_ms" integer NOT NULL,
	"status" integer,
	"problem" text,
	"answer" "bytea",
	CONSTRAINT "delivery_attempts_account_id_endpoint_id_number_seq_part_tried_at_pk" PRIMARY KEY("account_id","endpoint_id","number","seq","part","tried","at")
);
--> statement-breakpoint
CREATE TABLE "endpoints" (
	"account_id" integer NOT NULL,
	"id" integer NOT NULL,
	"url" text NOT NULL,
	"format" text COLLATE "C" NOT NULL,
	"types" jsonb,
	"of_products" boolean DEFAULT false NOT NULL,
	"secret" "bytea",
	"previous_secret" "bytea",
	"previous_until" timestamptz(3),
	"disabled_at" timestamptz(3),
	"disabled_why" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"paused_until" timestamptz(3),
	"created_at" timestamptz(3) NOT NULL,
	CONSTRAINT "endpoints_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "product_endpoints" (
	"account_id" integer NOT NULL,
	"product_id" integer NOT NULL,
	"endpoint_id" integer NOT NULL,
	CONSTRAINT "product_endpoints_account_id_product_id_endpoint_id_pk" PRIMARY KEY("account_id","product_id","endpoint_id")
);
--> statement-breakpoint
ALTER TABLE "endpoints" ADD CONSTRAINT "endpoints_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_endpoints" ADD CONSTRAINT "product_endpoints_account_id_product_id_products_account_id_id_fk" FOREIGN KEY ("account_id","product_id") REFERENCES "public"."products"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_endpoints" ADD CONSTRAINT "product_endpoints_account_id_endpoint_id_endpoints_account_id_id_fk" FOREIGN KEY ("account_id","endpoint_id") REFERENCES "public"."endpoints"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deliveries_due" ON "deliveries" USING btree ("account_id","endpoint_id","due_at") WHERE "deliveries"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "deliveries_dead" ON "deliveries" USING btree ("account_id","endpoint_id","made_at") WHERE "deliveries"."state" = 'dead';--> statement-breakpoint
CREATE INDEX "deliveries_made" ON "deliveries" USING brin ("account_id","made_at") WITH (autosummarize=true,pages_per_range=16);--> statement-breakpoint
CREATE INDEX "delivery_attempts_at" ON "delivery_attempts" USING btree ("account_id","at");