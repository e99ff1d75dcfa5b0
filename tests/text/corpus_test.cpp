#include "bert/data/corpus.h"

#include <set>

#include "bert/data/corpus_report.h"
#include "bert/data/repeats.h"
#include "bert/data/sentences.h"
#include "bert/io/files/file.h"
#include "core/parallel.h"
#include "core/require.h"
#include "tests/catch.h"
#include "tests/scratch.h"
#include "tests/text/tokenizers.h"

namespace data = bertlet::data;
namespace io = bertlet::io;
namespace fs = std::filesystem;

namespace {

const Strings letters = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "##s", "."};

using Words = std::vector<Strings>;  // a document: its sentences' tokens

std::vector<Words> documents_of(const Strings& texts, data::CorpusForm form) {
  const Scratch scratch;
  const text::Tokenizer tokenizer = toy(letters);
  Strings files;
  for (const std::string& text : texts) {
    files.push_back(scratch.path() / std::to_string(files.size()));
    io::write_file(files.back(), text);
  }
  data::write_corpus(files, tokenizer, form, scratch.path() / "corpus");
  const data::Corpus corpus(scratch.path() / "corpus");
  std::vector<Words> documents;
  for (int64_t i = 0; i < corpus.documents(); ++i) {
    Words& document = documents.emplace_back();
    for (const data::Sentence& sentence : corpus.document(i)) document.push_back(names(tokenizer, sentence));
    CHECK(corpus.sentences(i) == std::ssize(document));
  }
  return documents;
}

data::CorpusReport report_on(const std::string& text, int64_t max_length) {
  const Scratch scratch;
  const text::Tokenizer tokenizer = toy(letters);
  io::write_file(scratch.path() / "text", text);
  data::write_corpus({scratch.path() / "text"}, tokenizer, data::CorpusForm::lines, scratch.path() / "corpus");
  return data::corpus_report(data::Corpus(scratch.path() / "corpus"), tokenizer, max_length);
}

Strings sentences_of(std::string_view text) {
  const std::vector<std::string_view> sentences = data::split_sentences(text);
  return {sentences.begin(), sentences.end()};
}

}  // namespace

TEST_CASE("Prose is cut into sentences") {
  CHECK(sentences_of("One. Two! Three?! Four") == Strings{"One.", "Two!", "Three?!", "Four"});
  CHECK(sentences_of("\"Why?\" she asked. \"So!\" \"Ah.\"") == Strings{"\"Why?\" she asked.", "\"So!\"", "\"Ah.\""});
  CHECK(sentences_of("Mr. Bell and Dr. No left. He (J. S. Bach) stayed.") ==
        Strings{"Mr. Bell and Dr. No left.", "He (J. S. Bach) stayed."});
  CHECK(sentences_of("It costs 3.50 today. 2 are sold, e.g. Tuesdays.") ==
        Strings{"It costs 3.50 today.", "2 are sold, e.g. Tuesdays."});
  CHECK(sentences_of("Wait… what? Élan.  Ça va.") == Strings{"Wait… what?", "Élan.", "Ça va."});
  CHECK(sentences_of("你好。再见！“好吗？”是") == Strings{"你好。", "再见！", "“好吗？”", "是"});
  CHECK(sentences_of(" \n ").empty());
  CHECK(sentences_of("...") == Strings{"..."});
}

TEST_CASE("Lines are sentences and blank lines end documents") {
  CHECK(documents_of({"a b\nc\n\n\xC2\xA0\nas\n"}, data::CorpusForm::lines) ==
        std::vector<Words>{{{"a", "b"}, {"c"}}, {{"a", "##s"}}});
  CHECK(documents_of({"\n\na\r\n\r\nb", "c"}, data::CorpusForm::lines) ==
        std::vector<Words>{{{"a"}}, {{"b"}}, {{"c"}}});
  CHECK(documents_of({"a\n\x01\nb\n"}, data::CorpusForm::lines) == std::vector<Words>{{{"a"}, {"b"}}});
}

TEST_CASE("Paragraphs of prose are wrapped, and two blank lines end a document") {
  CHECK(documents_of({"A b.\nB\nc. C\n\na\n\n\nc.\n\n\n\nb\n"}, data::CorpusForm::prose) ==
        std::vector<Words>{{{"a", "b", "."}, {"b", "c", "."}, {"c"}, {"a"}}, {{"c", "."}}, {{"b"}}});
}

TEST_CASE("A part of a document can be read") {
  const Scratch scratch;
  io::write_file(scratch.path() / "text", "a a\nb b\nc c\n");
  data::write_corpus({scratch.path() / "text"}, toy(letters), data::CorpusForm::lines, scratch.path() / "corpus");
  const data::Corpus corpus(scratch.path() / "corpus");
  CHECK(corpus.from(0, 1, 1) == data::Document{{6, 6}});
  CHECK(corpus.from(0, 1, 3) == data::Document{{6, 6}, {7, 7}});
  CHECK_THROWS_WITH(corpus.document(1), Catch::Matchers::ContainsSubstring("got record 1, want one of 1"));
}

TEST_CASE("A corpus is the same file for any number of threads", "[threads]") {
  const Scratch scratch;
  std::string text;
  for (int i = 0; i < 5000; ++i)
    text += i % 7 == 0 ? "\n" : "a bs c " + std::string(bertlet::to_size(i % 5), 'b') + '\n';
  io::write_file(scratch.path() / "text", text);
  const auto written = [&](int threads) {
    bertlet::set_threads(threads);
    data::write_corpus({scratch.path() / "text"}, toy(letters), data::CorpusForm::lines, scratch.path() / "corpus");
    bertlet::set_threads(0);
    return io::read_file(scratch.path() / "corpus");
  };
  CHECK(written(1) == written(3));
}

TEST_CASE("A corpus without a sentence is an error") {
  CHECK_THROWS_WITH(documents_of({"\n \n"}, data::CorpusForm::lines),
                    "corpus: got 1 files without a sentence, want at least one");
}

TEST_CASE("No broken corpus is read, whichever byte is broken") {
  const Scratch scratch;
  io::write_file(scratch.path() / "text", "a b\nc\n\nas\n");
  data::write_corpus({scratch.path() / "text"}, toy(letters), data::CorpusForm::lines, scratch.path() / "corpus");
  const std::string good = io::read_file(scratch.path() / "corpus");
  const auto read = [&](const std::string& bytes) {
    io::write_file(scratch.path() / "broken", bytes);
    try {
      const data::Corpus corpus(scratch.path() / "broken");
      for (int64_t i = 0; i < corpus.documents(); ++i)
        for (const data::Sentence& sentence : corpus.document(i))
          for (const int64_t id : sentence) CHECK((0 <= id && id < corpus.vocab_size()));
    } catch (const bertlet::Error& error) {
      CHECK(std::string(error.what()).find("broken: ") != std::string::npos);
    }
  };
  for (std::size_t i = 0; i < good.size(); ++i)
    for (const int bits : {1, 2, 0x40, 0x80, 0xFF}) {
      std::string bytes = good;
      bytes[i] = static_cast<char>(bytes[i] ^ bits);
      read(bytes);
    }
  for (std::size_t size = 0; size < good.size(); ++size) {
    io::write_file(scratch.path() / "broken", good.substr(0, size));
    CHECK_THROWS_AS(data::Corpus(scratch.path() / "broken"), bertlet::Error);
  }
}

TEST_CASE("A report counts a corpus") {
  const data::CorpusReport report = report_on("a b c\na\nx a\n\na\nb b b b\n", 6);
  CHECK(report.documents == 2);
  CHECK(report.sentences == 5);
  CHECK(report.tokens == 11);
  CHECK(report.shortest == 1);
  CHECK(report.median == 2);
  CHECK(report.longest == 4);
  CHECK(report.mean() == 2.2);
  CHECK(report.too_long == 1);  // than 3
  CHECK(report.repeated == 1);
  CHECK(report.unknown == 1);
  CHECK(report.used == 4);
  CHECK(report.most_frequent == "b");
  CHECK(report.most_frequent_count == 5);
  CHECK(report.entropy == Approx(-(5 * std::log2(5 / 11.) + 4 * std::log2(4 / 11.) + 2 * std::log2(1 / 11.)) / 11));
  CHECK(data::json_of(report)["sentence_length"]["median"] == 2);
}

TEST_CASE("A report warns of what is odd") {
  const Strings warnings = report_on("a b c\na\nx a\n\na\nb b b b\n", 6).warnings();
  REQUIRE(warnings.size() == 6);
  CHECK(warnings[0] == "2 documents: a random next sentence is from the same few; are blank lines missing?");
  CHECK(warnings[1] == "11 tokens: a model will learn them by heart");
  CHECK(warnings[2] == "1 sentences (20.0 %) are repeated, token for token");
  CHECK(warnings[3] == "1 tokens (9.1 %) are unknown: is it this text's vocabulary?");
  CHECK(warnings[4] ==
        "1 sentences (20.0 %) have more than the 3 tokens that fit, and will be cut: is it a sentence a line?");
  CHECK(warnings[5] == "45.5 % of all tokens are 'b'");
  CHECK(report_on("a\n", 6).warnings().front().starts_with("one document: "));
  CHECK(data::text_of(report_on("a\n\nb\n", 6)).find("warning: 2 documents of one sentence") != std::string::npos);

  data::CorpusReport fine;
  fine.documents = 1000;
  fine.sentences = 10'000;
  fine.tokens = 200'000;
  CHECK(fine.warnings().empty());
}

TEST_CASE("Repeats of more things than are remembered are estimated") {
  data::Repeats few(100), many(64);
  for (std::uint64_t i = 0; i < 10'000; ++i)
    for (data::Repeats* repeats : {&few, &many})
      if (repeats == &many || i < 100) repeats->add(i % (repeats == &few ? 50 : 5000) * 0x9E3779B97F4A7C15);
  CHECK(few.count() == 50);
  CHECK(!few.is_estimate());
  CHECK(many.is_estimate());
  CHECK(std::abs(many.count() - 5000) < 2000);
}

TEST_CASE("Documents are held out, at least one and never all") {
  const Scratch scratch;
  const fs::path whole = scratch.path() / "whole", kept = scratch.path() / "kept", held_out = scratch.path() / "out";
  io::write_file(scratch.path() / "text", "a a\n\nb\n\nc\nc b\n\na b c\n");
  data::write_corpus({scratch.path() / "text"}, toy(letters), data::CorpusForm::lines, whole);
  for (const auto& [share, expected] : {std::pair{0.01, 1}, {0.5, 2}, {0.99, 3}}) {
    data::split_corpus(data::Corpus(whole), share, 7, kept, held_out);
    const data::Corpus rest(kept), out(held_out);
    CHECK(out.documents() == expected);
    std::multiset<data::Document> all;
    for (const data::Corpus* corpus : {&rest, &out})
      for (int64_t i = 0; i < corpus->documents(); ++i) all.insert(corpus->document(i));
    CHECK(all == std::multiset<data::Document>{{{5, 5}}, {{6}}, {{7}, {7, 6}}, {{5, 6, 7}}});
  }
}
