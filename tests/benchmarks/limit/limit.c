/* How many orders a second the database itself can take: the statements of a group of orders, sent
 * by a program that does nothing else.
 *
 *   limit PORT USER DATABASE CONNECTIONS GROUP SECONDS PRODUCTS CLIENTS FIRST_ORDER
 *
 * Groups go out as the product sends them: one text locks and reads, one writes and commits. */
#include "connection.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ITEMS = 3, MOST_ORDERS = 512, MOST_LINES = MOST_ORDERS * ITEMS, BALANCES_AT_ONCE = 200 };

static struct {
    int port, connections, group, products, clients;
    const char *user, *database;
    double seconds;
    long first_order;
} asked;

struct line {
    int product, client;
    long balance; /* before it, in thousandths */
};

struct worker {
    struct connection connection;
    pthread_t thread;
    unsigned int chance;
    long next_order, orders;
    long *balances; /* of the products that are held, by number, in thousandths */
    int *taken;     /* how often each product was taken by the group */
    struct line lines[MOST_LINES];
    int sorted[MOST_LINES], different;
    char *text;
    size_t length, room;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

__attribute__((format(printf, 2, 3))) static void say(struct worker *w, const char *format, ...)
{
    va_list values;
    if (w->room - w->length < 1024) {
        w->room = 2 * w->room + 4096;
        w->text = realloc(w->text, w->room);
    }
    va_start(values, format);
    w->length += (size_t)vsnprintf(w->text + w->length, w->room - w->length, format, values);
    va_end(values);
}

static const char *comma(int place)
{
    return place == 0 ? "" : ",";
}

static int by_number(const void *one, const void *other)
{
    return *(const int *)one - *(const int *)other;
}

static void choose(struct worker *w)
{
    w->different = 0;
    for (int i = 0; i < asked.group * ITEMS; i++) {
        struct line *line = &w->lines[i];
        int again;
        do {
            line->product = 1 + rand_r(&w->chance) % asked.products;
            again = 0;
            for (int j = i - i % ITEMS; j < i; j++)
                again |= w->lines[j].product == line->product;
        } while (again);
        if (i % ITEMS == 0)
            line->client = 1 + rand_r(&w->chance) % asked.clients;
        if (w->taken[line->product]++ == 0)
            w->sorted[w->different++] = line->product;
    }
    qsort(w->sorted, (size_t)w->different, sizeof w->sorted[0], by_number);
}

static void note_balance(void *context, int statement, const char *const *values)
{
    struct worker *w = context;
    if (statement == 2)
        w->balances[atol(values[0])] = (long)(atof(values[1]) * 1000 + 0.5);
}

static void say_numbers(struct worker *w)
{
    for (int i = 0; i < w->different; i++)
        say(w, "%s%d", comma(i), w->sorted[i]);
}

static void say_key(struct worker *w, int order)
{
    say(w, "'1:%032ld'", w->next_order + order);
}

static void lock_and_read(struct worker *w)
{
    w->length = 0;
    say(w, "BEGIN;SELECT id FROM client WHERE id IN (");
    for (int i = 0; i < asked.group; i++)
        say(w, "%s%d", comma(i), w->lines[i * ITEMS].client);
    say(w, ") AND anonymised_at IS NULL ORDER BY id LOCK IN SHARE MODE;SELECT id,balance,name,"
           "supplier,unit,purchase_price,sale_price,average_cost,minimum,active,version"
           " FROM product WHERE id IN (");
    say_numbers(w);
    say(w, ") ORDER BY id FOR UPDATE;SELECT operation_key FROM `order` WHERE operation_key IN (");
    for (int i = 0; i < asked.group; i++) {
        say(w, "%s", comma(i));
        say_key(w, i);
    }
    say(w, ")");
    run(&w->connection, w->text, w->length, note_balance, w);
}

/* What the product decides, in memory: the balance that each line finds. */
static void decide(struct worker *w)
{
    for (int i = 0; i < asked.group * ITEMS; i++) {
        struct line *line = &w->lines[i];
        line->balance = w->balances[line->product];
        w->balances[line->product] -= 1000;
    }
}

static void say_orders(struct worker *w)
{
    say(w, "INSERT INTO `order` (id,status,client_id,total,notes,operator_id,operation_key,"
           "created_at,version) VALUES ");
    for (int i = 0; i < asked.group; i++) {
        say(w, "%s(%ld,'recebido',%d,31.50,'sem gelo, por favor',1,", comma(i), w->next_order + i,
            w->lines[i * ITEMS].client);
        say_key(w, i);
        say(w, ",NOW(6),1)");
    }
    say(w, ";INSERT INTO order_item (order_id,position,product_id,product_name,quantity,unit_price,"
           "list_price,total,average_cost) VALUES ");
    for (int i = 0; i < asked.group * ITEMS; i++)
        say(w, "%s(%ld,%d,%d,'acai copo granola %d',1,10.50,10.50,10.50,5.0000)", comma(i),
            w->next_order + i / ITEMS, i % ITEMS, w->lines[i].product, w->lines[i].product);
}

static void say_taken(struct worker *w, int sign)
{
    say(w, " CASE id");
    for (int i = 0; i < w->different; i++)
        say(w, " WHEN %d THEN %d", w->sorted[i], sign * w->taken[w->sorted[i]]);
    say(w, " END");
}

/* A subquery must not return two rows, so a wrong count ends the text before COMMIT. */
static void say_balances(struct worker *w)
{
    say(w, ";UPDATE product SET balance=balance+");
    say_taken(w, -1);
    say(w, ",changes=changes+");
    say_taken(w, 1);
    say(w, " WHERE id IN (");
    say_numbers(w);
    say(w, ") AND balance+");
    say_taken(w, -1);
    say(w, ">=0 AND active;SET @guard=IF(ROW_COUNT()=%d,0,(SELECT 1 UNION SELECT 2))",
        w->different);
}

static void say_ledger(struct worker *w)
{
    say(w, ";INSERT INTO stock_movement (product_id,reason,quantity,balance_before,balance_after,"
           "origin_kind,origin_id,user_id,at) VALUES ");
    for (int i = 0; i < asked.group * ITEMS; i++) {
        const struct line *line = &w->lines[i];
        say(w, "%s(%d,'pedido',-1.000,%ld.%03ld,%ld.%03ld,'pedido',%ld,1,NOW(6))", comma(i),
            line->product, line->balance / 1000, line->balance % 1000, line->balance / 1000 - 1,
            line->balance % 1000, w->next_order + i / ITEMS);
    }
}

static void say_event(struct worker *w, const char *before, const char *topic, const char *kind,
                      long id)
{
    say(w, "%s(X'%08x%08x%08x%08x','%s','%s',%ld,'", before, (unsigned)rand_r(&w->chance),
        (unsigned)rand_r(&w->chance), (unsigned)id, (unsigned)rand_r(&w->chance), topic, kind, id);
}

static void say_events(struct worker *w)
{
    say(w, ";INSERT INTO outbox (event_id,topic,kind,aggregate_id,payload,created_at) VALUES ");
    for (int i = 0; i < asked.group; i++) {
        const struct line *line = &w->lines[i * ITEMS];
        say_event(w, comma(i), "orders", "order.created", w->next_order + i);
        say(w, "{\"client_id\":%d,\"delivery\":null,\"items\":[", line->client);
        for (int j = 0; j < ITEMS; j++)
            say(w, "%s{\"list_price\":\"10.50\",\"product_id\":%d,"
                   "\"product_name\":\"acai copo granola %d\",\"quantity\":\"1\","
                   "\"total\":\"10.50\",\"unit_price\":\"10.50\"}", comma(j),
                line[j].product, line[j].product);
        say(w, "],\"expected_at\":null,\"notes\":\"sem gelo, por favor\",\"occurred_at\":\"2026-01-01T00:00:00.000000+00:00\",\"operator_id\":1,"
               "\"order_id\":%ld,\"status\":\"recebido\",\"total\":\"31.50\"}',NOW(6))",
            w->next_order + i);
    }
    for (int i = 0; i < w->different; i++) {
        int product = w->sorted[i];
        if (i % BALANCES_AT_ONCE == 0) {
            say(w, "%s", i ? "],\"occurred_at\":\"2026-01-01T00:00:00.000000+00:00\"}',NOW(6))" : "");
            say_event(w, ",", "stock", "stock.balance_changed", product);
            say(w, "{\"balances\":[");
        }
        say(w, "%s{\"balance\":\"%ld\",\"low\":false,\"product_id\":%d}",
            comma(i % BALANCES_AT_ONCE), w->balances[product] / 1000, product);
    }
    say(w, "],\"occurred_at\":\"2026-01-01T00:00:00.000000+00:00\"}',NOW(6))");
}

static void write_and_commit(struct worker *w)
{
    w->length = 0;
    say_orders(w);
    say_balances(w);
    say_ledger(w);
    say_events(w);
    say(w, ";COMMIT");
    run(&w->connection, w->text, w->length, note_balance, w);
}

static void *work(void *context)
{
    struct worker *w = context;
    const char *isolated = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
    run(&w->connection, isolated, strlen(isolated), note_balance, w);
    for (double end = now() + asked.seconds; now() < end;) {
        choose(w);
        lock_and_read(w);
        decide(w);
        write_and_commit(w);
        for (int i = 0; i < w->different; i++)
            w->taken[w->sorted[i]] = 0;
        w->next_order += asked.group;
        w->orders += asked.group;
    }
    return NULL;
}

int main(int count, char **given)
{
    if (count != 10) {
        fprintf(stderr, "limit PORT USER DATABASE CONNECTIONS GROUP SECONDS PRODUCTS CLIENTS"
                        " FIRST_ORDER\n");
        return 2;
    }
    asked.port = atoi(given[1]);
    asked.user = given[2];
    asked.database = given[3];
    asked.connections = atoi(given[4]);
    asked.group = atoi(given[5]);
    asked.seconds = atof(given[6]);
    asked.products = atoi(given[7]);
    asked.clients = atoi(given[8]);
    asked.first_order = atol(given[9]);
    if (asked.group < 1 || asked.group > MOST_ORDERS || asked.products < ITEMS)
        return 2;
    struct worker *workers = calloc((size_t)asked.connections, sizeof *workers);
    for (int i = 0; i < asked.connections; i++) {
        struct worker *w = &workers[i];
        w->chance = (unsigned)asked.first_order + (unsigned)i;
        w->next_order = asked.first_order + i * 100000000L;
        w->balances = calloc((size_t)asked.products + 1, sizeof *w->balances);
        w->taken = calloc((size_t)asked.products + 1, sizeof *w->taken);
        connect_to(&w->connection, asked.port, asked.user, asked.database);
    }
    double begin = now();
    for (int i = 0; i < asked.connections; i++)
        pthread_create(&workers[i].thread, NULL, work, &workers[i]);
    long orders = 0;
    for (int i = 0; i < asked.connections; i++) {
        pthread_join(workers[i].thread, NULL);
        orders += workers[i].orders;
    }
    printf("{\"orders\":%ld,\"seconds\":%f}\n", orders, now() - begin);
    return 0;
}
