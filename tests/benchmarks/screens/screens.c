/* Screens that hear every sale, and the sales: the load of the realtime benchmark, in one process.
 *
 *   screens PORT PRODUCTS
 *
 * Each line of its input is a command; each but `token` is answered by a line of JSON.
 *
 *   token TEXT               one more user to sign in as
 *   open COUNT AT_ONCE       opens screens, so many at once, then subscribes them
 *   sales COUNT PER_SECOND   registers sales at fixed moments and waits until all screens have all
 *   close                    says goodbye on all screens
 *
 * It fails when a screen gets an event twice, not at all or out of order. A delay is the time from
 * the moment at which the sale was due to the moment at which the frame had been read: a till that
 * waits for an answer puts nothing off that would not be counted. */
#include "screens.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MOST_TOKENS = 256, LONGEST_LINE = 4096, AT_A_TIME = 512 };

static const double PATIENCE = 30.0, MORE_FRAMES_WITHIN = 0.1;

struct load load;

static char *tokens[MOST_TOKENS];
static int token_count, timer;
static int its_input, its_timer; /* whoever has something to read is known by an address */

static int is_till(const void *who)
{
    return (char *)who >= (char *)load.tills && (char *)who < (char *)(load.tills + MOST_TILLS);
}

/* Read whatever came, waiting at most so long; return whether there is input. */
static int pump(int milliseconds)
{
    static struct epoll_event ready[AT_A_TIME];
    int input = 0, count = epoll_wait(load.poll, ready, AT_A_TIME, milliseconds);
    for (int i = 0; i < count; i++) {
        void *who = ready[i].data.ptr;
        if (who == &its_input) {
            input = 1;
        } else if (who == &its_timer) {
            unsigned long times;
            if (read(timer, &times, sizeof times) < 0 && errno != EAGAIN)
                fail("the timer: %s", strerror(errno));
        } else if (is_till(who)) {
            read_till(who);
        } else {
            read_screen(who);
        }
    }
    return input;
}

static void pump_until(const int *count, int wanted, const char *what)
{
    double end = now() + PATIENCE;
    while (*count < wanted) {
        if (load.reached[GONE] > 0 && count != &load.reached[GONE])
            fail("%d screens were closed", load.reached[GONE]);
        if (now() > end)
            fail("%s: %d of %d after %g s", what, *count, wanted, PATIENCE);
        (void)pump(100);
    }
}

static void open_screens(int count, int at_once)
{
    load.screens = calloc((size_t)count, sizeof *load.screens);
    load.screen_count = count;
    double begin = now();
    for (int i = 0; i < count; i++) {
        pump_until(&load.reached[WELCOME], i - at_once + 1, "welcomes");
        open_screen(&load.screens[i], tokens[i % token_count]);
    }
    pump_until(&load.reached[WELCOME], count, "welcomes");
    double took = now() - begin;
    for (int i = 0; i < count; i++)
        subscribe(&load.screens[i]);
    pump_until(&load.reached[HEARING], count, "subscriptions");
    printf("{\"opened\":%d,\"seconds\":%f}\n", count, took);
}

static void close_screens(void)
{
    for (int i = 0; i < load.screen_count; i++)
        leave(&load.screens[i]);
    pump_until(&load.reached[GONE], load.screen_count, "goodbyes");
    free(load.screens);
    load.screens = NULL;
    load.screen_count = 0;
    memset(load.reached, 0, sizeof load.reached);
    printf("{}\n");
}

static int rising(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static double share_ms(double *sorted, size_t count, double share)
{
    return count == 0 ? 0.0 : 1e3 * sorted[(size_t)(share * (double)(count - 1))];
}

static void tell_sales(void)
{
    static double replies[MOST_SALES], rounds[MOST_SALES];
    size_t count = (size_t)load.sale_count;
    for (size_t i = 0; i < count; i++) {
        replies[i] = load.sales[i].reply - load.sales[i].due;
        rounds[i] = load.sales[i].last - load.sales[i].first;
    }
    qsort(load.delays, load.frames, sizeof *load.delays, rising);
    qsort(replies, count, sizeof *replies, rising);
    qsort(rounds, count, sizeof *rounds, rising);
    printf("{\"sales\":%zu,\"frames\":%zu,\"p50_ms\":%f,\"p99_ms\":%f,\"most_ms\":%f,"
           "\"reply_ms\":%f,\"round_ms\":%f}\n",
           count, load.frames, share_ms(load.delays, load.frames, 0.5),
           share_ms(load.delays, load.frames, 0.99), share_ms(load.delays, load.frames, 1.0),
           share_ms(replies, count, 0.5), share_ms(rounds, count, 0.5));
}

static void write_moment(char *into, size_t room, time_t moment)
{
    struct tm parts;
    strftime(into, room, "%Y-%m-%dT%H:%M:%S+00:00", gmtime_r(&moment, &parts));
}

static void set_timer(double at)
{
    long seconds = (long)at;
    struct itimerspec when = {
        .it_value = {.tv_sec = seconds, .tv_nsec = (long)(1e9 * (at - (double)seconds))}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static void send_all_sales(int count, double per_second)
{
    double begin = now() + 0.01;
    for (int sent = 0; sent < count;) {
        double due = begin + load.sale_count / per_second;
        for (; load.sale_count < count && due <= now(); due = begin + load.sale_count / per_second)
            load.sales[load.sale_count++] = (struct sale){.due = due};
        while (sent < load.sale_count && send_sale(sent, tokens[sent % token_count]))
            sent++;
        if (sent < load.sale_count && now() - load.sales[sent].due > PATIENCE)
            fail("sales are not answered");
        if (load.sale_count < count)
            set_timer(due);
        if (sent < count)
            (void)pump(1000);
    }
}

static void register_sales(int count, double per_second)
{
    if (count > MOST_SALES || count > load.products)
        fail("%d sales are too many", count);
    load.first_product = (load.first_product + load.sale_count) % load.products;
    load.sale_count = load.answered = 0;
    load.frames = 0;
    load.expected = (size_t)count * (size_t)load.screen_count;
    load.delays = realloc(load.delays, (load.expected + 1) * sizeof *load.delays);
    for (int i = 0; i < load.screen_count; i++)
        load.screens[i].heard = 0;
    write_moment(load.began, sizeof load.began, time(NULL) - 60);
    write_moment(load.ended, sizeof load.ended, time(NULL));
    send_all_sales(count, per_second);
    pump_until(&load.answered, count, "answers");
    for (int i = 0; i < load.screen_count; i++)
        pump_until(&load.screens[i].heard, count, "events on a screen");
    for (double end = now() + MORE_FRAMES_WITHIN; now() < end;)
        (void)pump(10); /* what comes twice may come late */
    close_tills();
    tell_sales();
}

static void obey(const char *line)
{
    char token[LONGEST_LINE];
    int count, at_once;
    double per_second;
    if (sscanf(line, "token %4095s", token) == 1 && token_count < MOST_TOKENS)
        tokens[token_count++] = strdup(token);
    else if (sscanf(line, "open %d %d", &count, &at_once) == 2)
        open_screens(count, at_once);
    else if (sscanf(line, "sales %d %lf", &count, &per_second) == 2)
        register_sales(count, per_second);
    else if (strcmp(line, "close\n") == 0)
        close_screens();
    else
        fail("unknown command: %s", line);
}

int main(int count, char **words)
{
    char line[LONGEST_LINE];
    if (count != 3)
        fail("screens PORT PRODUCTS");
    load.port = atoi(words[1]);
    load.products = atoi(words[2]);
    load.poll = epoll_create1(0);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    watch(timer, &its_timer);
    watch(STDIN_FILENO, &its_input);
    for (int i = 0; i < MOST_TILLS; i++)
        load.tills[i].sale = -1;
    setvbuf(stdin, NULL, _IONBF, 0);
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (;;) {
        while (!pump(-1))
            continue;
        if (fgets(line, sizeof line, stdin) == NULL)
            return 0;
        obey(line);
    }
}
