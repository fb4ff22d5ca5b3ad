CREATE TABLE "account_events" (
	"account_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "account_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamptz(3) NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"data" jsonb DEFAULT '{}' NOT NULL,
	CONSTRAINT "account_events_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "account_hosts" (
	"host" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account_id" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "accounts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"login" text COLLATE "C" NOT NULL,
	"disabled_at" timestamptz(3),
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	CONSTRAINT "accounts_login_unique" UNIQUE("login")
);
--> statement-breakpoint
CREATE TABLE "categories" (
	"account_id" integer NOT NULL,
	"id" integer NOT NULL,
	"parent_id" integer,
	"name" text NOT NULL,
	CONSTRAINT "categories_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "categories_name" UNIQUE NULLS NOT DISTINCT("account_id","parent_id","name")
);
--> statement-breakpoint
CREATE TABLE "contact_records" (
	"account_id" integer NOT NULL,
	"event_id" bigint NOT NULL,
	"email_folded" text COLLATE "C" NOT NULL,
	"data" jsonb NOT NULL,
	CONSTRAINT "contact_records_account_id_event_id_pk" PRIMARY KEY("account_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "counters" (
	"account_id" integer NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"next" bigint NOT NULL,
	CONSTRAINT "counters_account_id_name_pk" PRIMARY KEY("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "credential_settings" (
	"account_id" integer NOT NULL,
	"credential_id" integer NOT NULL,
	"settings" jsonb NOT NULL,
	CONSTRAINT "credential_settings_account_id_credential_id_pk" PRIMARY KEY("account_id","credential_id")
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"account_id" integer NOT NULL,
	"id" integer NOT NULL,
	"dialect" text COLLATE "C" NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"public_part" text COLLATE "C" NOT NULL,
	"secret" "bytea" NOT NULL,
	"ip_list" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"valid_from" timestamptz(3) NOT NULL,
	"valid_until" timestamptz(3),
	"revoked_at" timestamptz(3),
	"last_used_at" timestamptz(3),
	"created_at" timestamptz(3) NOT NULL,
	CONSTRAINT "credentials_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "dialect_sessions" (
	"account_id" integer NOT NULL,
	"dialect" text COLLATE "C" NOT NULL,
	"key" "bytea" NOT NULL,
	"credential_id" integer NOT NULL,
	"revision" integer NOT NULL,
	"state" jsonb NOT NULL,
	"expires_at" timestamptz(3) NOT NULL,
	CONSTRAINT "dialect_sessions_account_id_dialect_key_pk" PRIMARY KEY("account_id","dialect","key")
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "product_categories" (
	"account_id" integer NOT NULL,
	"product_id" integer NOT NULL,
	"category_id" integer NOT NULL,
	CONSTRAINT "product_categories_account_id_product_id_category_id_pk" PRIMARY KEY("account_id","product_id","category_id")
);
--> statement-breakpoint
CREATE TABLE "products" (
	"account_id" integer NOT NULL,
	"id" integer NOT NULL,
	"code" text COLLATE "C" NOT NULL,
	"sku" text COLLATE "C",
	"model" text COLLATE "C",
	"article" text COLLATE "C" NOT NULL,
	"article_folded" text COLLATE "C" NOT NULL,
	"title" text NOT NULL,
	"price" numeric(19,4) NOT NULL,
	"type" text COLLATE "C" NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"deleted_at" timestamptz(3),
	"fields" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"changed_at" timestamptz(3) NOT NULL,
	CONSTRAINT "products_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "products_code" UNIQUE("account_id","code")
);
--> statement-breakpoint
CREATE TABLE "stock" (
	"account_id" integer NOT NULL,
	"product_id" integer NOT NULL,
	"quantity" integer NOT NULL,
	"set_by" text COLLATE "C" NOT NULL,
	"changed_at" timestamptz(3) NOT NULL,
	CONSTRAINT "stock_account_id_product_id_pk" PRIMARY KEY("account_id","product_id")
);
--> statement-breakpoint
CREATE TABLE "attention" (
	"account_id" integer NOT NULL,
	"number" integer NOT NULL,
	"seq" integer NOT NULL,
	"reason" text COLLATE "C" NOT NULL,
	"raised_at" timestamptz(3) NOT NULL,
	"acknowledged_at" timestamptz(3),
	CONSTRAINT "attention_account_id_number_seq_reason_pk" PRIMARY KEY("account_id","number","seq","reason")
);
--> statement-breakpoint
CREATE TABLE "order_comments" (
	"account_id" integer NOT NULL,
	"number" integer NOT NULL,
	"seq" integer NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "order_comments_account_id_number_seq_pk" PRIMARY KEY("account_id","number","seq")
);
--> statement-breakpoint
CREATE TABLE "order_events" (
	"account_id" integer NOT NULL,
	"number" integer NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"via" text COLLATE "C" NOT NULL,
	"credential_id" integer,
	"data" jsonb,
	CONSTRAINT "order_events_account_id_number_seq_pk" PRIMARY KEY("account_id","number","seq")
);
--> statement-breakpoint
CREATE TABLE "order_fingerprints" (
	"account_id" integer NOT NULL,
	"digest" "bytea" NOT NULL,
	"number" integer NOT NULL,
	"made_at" timestamptz(3) NOT NULL,
	CONSTRAINT "order_fingerprints_account_id_digest_number_pk" PRIMARY KEY("account_id","digest","number")
);
--> statement-breakpoint
CREATE TABLE "order_lines" (
	"account_id" integer NOT NULL,
	"number" integer NOT NULL,
	"position" smallint NOT NULL,
	"product_id" integer,
	"code" text NOT NULL,
	"article" text COLLATE "C" NOT NULL,
	"title" text NOT NULL,
	"product_type" text COLLATE "C" NOT NULL,
	"quantity" integer NOT NULL,
	"unit_price" numeric(19,4) NOT NULL,
	"unit_tax" numeric(19,4) NOT NULL,
	"catalogue_price" numeric(19,4) NOT NULL,
	"options" jsonb NOT NULL,
	CONSTRAINT "order_lines_account_id_number_position_pk" PRIMARY KEY("account_id","number","position")
);
--> statement-breakpoint
CREATE TABLE "order_shipments" (
	"account_id" integer NOT NULL,
	"number" integer NOT NULL,
	"position" smallint NOT NULL,
	"service" text NOT NULL,
	"tracking" text NOT NULL,
	"link" text NOT NULL,
	"sent_at" timestamptz(3) NOT NULL,
	"via" text COLLATE "C" NOT NULL,
	CONSTRAINT "order_shipments_account_id_number_position_pk" PRIMARY KEY("account_id","number","position")
);
--> statement-breakpoint
CREATE TABLE "order_states" (
	"account_id" integer NOT NULL,
	"number" integer NOT NULL,
	"payment" text COLLATE "C" NOT NULL,
	"fulfilment" text COLLATE "C" NOT NULL,
	"hidden" boolean NOT NULL,
	"handed_over" boolean NOT NULL,
	"pay_on_delivery" boolean NOT NULL,
	"release_number" integer,
	"label" integer,
	"paid_at" timestamptz(3),
	"sent_at" timestamptz(3),
	"returned_at" timestamptz(3),
	"cancelled_at" timestamptz(3),
	"refunded_at" timestamptz(3),
	"released_at" timestamptz(3),
	"changed_at" timestamptz(3) NOT NULL,
	"parcels" smallint NOT NULL,
	"event_seq" integer NOT NULL,
	CONSTRAINT "order_states_account_id_number_pk" PRIMARY KEY("account_id","number")
);
--> statement-breakpoint
CREATE TABLE "order_timers" (
	"account_id" integer NOT NULL,
	"number" integer NOT NULL,
	"due_at" timestamptz(3) NOT NULL,
	CONSTRAINT "order_timers_account_id_number_pk" PRIMARY KEY("account_id","number")
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"account_id" integer NOT NULL,
	"number" integer NOT NULL,
	"dialect" text COLLATE "C" NOT NULL,
	"email_folded" text COLLATE "C" NOT NULL,
	"buyer" jsonb NOT NULL,
	"billing" jsonb NOT NULL,
	"shipping" jsonb,
	"currency" text COLLATE "C" NOT NULL,
	"ordered_currency" text COLLATE "C",
	"ordered_rate" numeric(15, 8),
	"coupon" text,
	"discount" numeric(19,4) NOT NULL,
	"shipping_method" text,
	"shipping_code" text,
	"shipping_cost" numeric(19,4) NOT NULL,
	"tax" numeric(19,4) NOT NULL,
	"total" numeric(19,4) NOT NULL,
	"payment_method" text,
	"payment_code" text,
	"comment" text,
	"tag" text,
	"ip" text,
	"utm" jsonb NOT NULL,
	"pay_domain" text,
	"pay_key" text COLLATE "C" NOT NULL,
	"fields" jsonb NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	CONSTRAINT "orders_account_id_number_pk" PRIMARY KEY("account_id","number")
);
--> statement-breakpoint
CREATE TABLE "releases" (
	"account_id" integer NOT NULL,
	"release_number" integer NOT NULL,
	"number" integer NOT NULL,
	"released_at" timestamptz(3) NOT NULL,
	CONSTRAINT "releases_account_id_release_number_pk" PRIMARY KEY("account_id","release_number")
);
--> statement-breakpoint
CREATE TABLE "takings" (
	"account_id" integer NOT NULL,
	"credential_id" integer NOT NULL,
	"number" integer NOT NULL,
	"first_served_at" timestamptz(3) NOT NULL,
	"confirmed_at" timestamptz(3),
	"served_digest" "bytea",
	CONSTRAINT "takings_account_id_credential_id_number_pk" PRIMARY KEY("account_id","credential_id","number")
);
--> statement-breakpoint
ALTER TABLE "account_events" ADD CONSTRAINT "account_events_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_hosts" ADD CONSTRAINT "account_hosts_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contact_records" ADD CONSTRAINT "contact_records_account_id_event_id_account_events_account_id_id_fk" FOREIGN KEY ("account_id","event_id") REFERENCES "public"."account_events"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "counters" ADD CONSTRAINT "counters_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credential_settings" ADD CONSTRAINT "credential_settings_account_id_credential_id_credentials_account_id_id_fk" FOREIGN KEY ("account_id","credential_id") REFERENCES "public"."credentials"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_categories" ADD CONSTRAINT "product_categories_account_id_product_id_products_account_id_id_fk" FOREIGN KEY ("account_id","product_id") REFERENCES "public"."products"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_categories" ADD CONSTRAINT "product_categories_account_id_category_id_categories_account_id_id_fk" FOREIGN KEY ("account_id","category_id") REFERENCES "public"."categories"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock" ADD CONSTRAINT "stock_account_id_product_id_products_account_id_id_fk" FOREIGN KEY ("account_id","product_id") REFERENCES "public"."products"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_account_id_number_orders_account_id_number_fk" FOREIGN KEY ("account_id","number") REFERENCES "public"."orders"("account_id","number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_shipments" ADD CONSTRAINT "order_shipments_account_id_number_orders_account_id_number_fk" FOREIGN KEY ("account_id","number") REFERENCES "public"."orders"("account_id","number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_states" ADD CONSTRAINT "order_states_account_id_number_orders_account_id_number_fk" FOREIGN KEY ("account_id","number") REFERENCES "public"."orders"("account_id","number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "dialect_sessions_expiry" ON "dialect_sessions" USING btree ("account_id","expires_at");--> statement-breakpoint
CREATE INDEX "products_article" ON "products" USING btree ("account_id","article_folded");--> statement-breakpoint
CREATE INDEX "attention_open" ON "attention" USING btree ("account_id","raised_at") WHERE "attention"."acknowledged_at" is null;--> statement-breakpoint
CREATE INDEX "order_fingerprints_age" ON "order_fingerprints" USING btree ("account_id","made_at");--> statement-breakpoint
CREATE INDEX "order_states_paid" ON "order_states" USING brin ("account_id","paid_at") WITH (autosummarize=true,pages_per_range=16);--> statement-breakpoint
CREATE INDEX "order_timers_due" ON "order_timers" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "orders_created" ON "orders" USING btree ("account_id","created_at","number");--> statement-breakpoint
CREATE INDEX "orders_email" ON "orders" USING btree ("account_id","email_folded","number");--> statement-breakpoint
CREATE INDEX "takings_order" ON "takings" USING btree ("account_id","number");