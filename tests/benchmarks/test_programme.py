"""What the command line leaves of the runs, and the books that both sides are given."""

import pytest

from cashhaven_domain.shared.brazil import Cpf
from tests.benchmarks import options, results
from tests.benchmarks.books import Answered, check_peer
from tests.benchmarks.figures import Round
from tests.benchmarks.goals import Comparison
from tests.benchmarks.past_orders import numbers_from
from tests.benchmarks.processes import BenchmarkError
from tests.benchmarks.programme import chosen, smoke, whole
from tests.benchmarks.results import Results
from tests.benchmarks.running import Memory, Pace, rounds_of
from tests.benchmarks.scenarios import Scenario
from tests.benchmarks.shop import cpf_of, shelves


def test_every_scenario_has_a_shop_with_its_products():
    for stage in whole() + smoke():
        assert all(scenario.products <= stage.products for scenario in stage.scenarios)


def test_the_smoke_run_has_a_floor_for_everything_it_measures():
    assert all(scenario.floor for stage in smoke() for scenario in stage.scenarios)


def test_the_command_line_leaves_what_it_names():
    left = chosen(whole(), works=["order"], clients=[64], engines=["mariadb"])
    found = [str(scenario) for stage in left for scenario in stage.scenarios]
    assert found == [
        "order of three products, 64 clients, 5000 products",
        "order of three products, 64 clients, 50 products",
    ]


def test_without_names_everything_is_left():
    assert chosen(whole()) == whole()


def test_words_are_runs_or_scenarios():
    asked = options.read(["smoke", "orders", "stock", "--clients", "1", "64"])
    assert (asked.run, asked.works) == ("smoke", ("order", "stock", "stock-etag"))
    assert (asked.clients, asked.rounds) == ([1, 64], 2)


def test_a_part_is_kept_beside_the_whole():
    part, whole_run = options.read(["orders"]), options.read([])
    assert (part.file.name, whole_run.file.name) == ("whole-part.json", "whole.json")


@pytest.mark.parametrize(
    "words", [["order"], ["smoke", "memory"], ["--engines", "postgres"], ["orders", "--write"]]
)
def test_a_word_that_means_nothing_is_refused(words, capsys):
    with pytest.raises(SystemExit):
        options.read(words)
    assert "nox -s bench" in capsys.readouterr().err


def test_everybody_works_in_turn_and_every_other_time_in_the_opposite_order():
    worked: list[tuple[str, int]] = []

    class Contest:
        def contenders(self, scenario: Scenario) -> list[str]:
            return ["peer", "ours"]

        def run(self, name: str, scenario: Scenario, seconds: int) -> Round:
            worked.append((name, seconds))
            return Round(len(worked), 1.0)

    found = rounds_of(Contest(), Scenario("health", 1, 1), Pace(2, 3, 1))
    assert worked == [("peer", 1), ("ours", 1), ("peer", 3), ("ours", 3), ("ours", 3), ("peer", 3)]
    assert {name: [one.requests for one in some] for name, some in found.items()} == {
        "peer": [3, 6],
        "ours": [4, 5],
    }


def test_both_sides_know_the_same_products():
    assert list(shelves(3)) == list(shelves(5))[:3]


@pytest.mark.parametrize("number", [1, 77, 10_000])
def test_the_clients_have_right_check_digits(number):
    assert Cpf(cpf_of(number)).digits == cpf_of(number)


def test_numbers_of_the_past_are_counted_by_their_digits():
    told = numbers_from(11, 10_010)
    assert told.count("UNION ALL SELECT 9") == 4
    assert "SELECT 11 + d0.d * 1 + d1.d * 10" in told


def test_books_that_do_not_hold_what_was_answered_are_refused():
    def ask(question: str) -> list[tuple[object, ...]]:
        return [(7 if question == "SELECT COUNT(*) FROM pedidos" else 0,)]

    check_peer(ask, Answered(orders=5, more=2))
    for answered in (Answered(orders=8, more=9), Answered(orders=4, more=2)):
        with pytest.raises(BenchmarkError, match="7 rows in pedidos"):
            check_peer(ask, answered)


def test_books_that_do_not_balance_are_refused():
    with pytest.raises(BenchmarkError, match="1 sales without their event"):
        check_peer(lambda question: [(int("sale.registered" in question),)], Answered())


def test_results_come_back_as_they_were_written(tmp_path):
    found = Results(about={"date": "2026-01-01"}, series={"products": [1]})
    one = Round(10, 2.0, 0, 1.5, 2.5, {"ours": 0.1})
    found.take(Comparison("mysql", Scenario("sale", 1, 50, 4.0), {"ours": [one], "peer": [one]}))
    found.take(Memory("mysql", 5_000, 99.5))
    found.write(tmp_path / "deep" / "whole.json")
    assert results.read(tmp_path / "deep" / "whole.json") == found
