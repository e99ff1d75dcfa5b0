#include "bert/tasks/forms/examples.h"

#include <limits>

#include "bert/io/files/file.h"
#include "bert/io/files/mapped_file.h"
#include "bert/tasks/forms/form.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr std::size_t forgotten_at_once = std::size_t{1} << 26;  // bytes

std::unique_ptr<Form> form_of(const Source& source) {
  switch (source.options.content) {
    case Content::words:
      return tagged_words(source);
    case Content::question:
      return passages(source);
    case Content::choice:
      return choice_table(source);
    case Content::plain:
      return plain_texts(source);
    default:
      return text_table(source);
  }
}

}  // namespace

std::string Examples::place(const Example& row) const { return fmt::format("{}:{}", file, row.line); }

std::string Examples::place(const Example& row, std::size_t word) const {
  return fmt::format("{}:{}", file, word < row.places.size() ? row.places[word] : row.line);
}

std::string text_of(const ColumnChoice& columns) {
  std::string text = "text: " + columns.text;
  if (!columns.text_b.empty()) text += ", text_b: " + columns.text_b;
  if (!columns.label.empty()) text += ", label: " + columns.label;
  return text;
}

// A file proper is mapped; of a pipe, which has no size, all is read.
struct ExampleReader::State {
  State(const std::filesystem::path& file, const ReadOptions& options)
      : bytes(std::filesystem::is_regular_file(file) ? std::string() : io::read_file(file)),
        mapped(std::filesystem::is_regular_file(file) ? std::make_unique<io::MappedFile>(file) : nullptr),
        source{file.string(), plain_text(mapped ? mapped->text(0, mapped->size()) : bytes, file.string()), options},
        form(form_of(source)) {}

  void add(FormRow next, Examples& to) {
    if (next.wrong.empty()) {
      to.rows.push_back(std::move(next.row));
      return;
    }
    require(source.collects(), "{}: {}", to.place(next.row), next.wrong);
    to.bad_rows.push_back({next.row.line, std::move(next.wrong)});
  }

  void forget_what_was_read() {
    if (!mapped) return;
    const std::size_t read = mapped->size() - form->left();
    if (read < forgotten + forgotten_at_once) return;
    mapped->forget_before(read);
    forgotten = read;
  }

  std::string bytes;
  std::unique_ptr<io::MappedFile> mapped;
  Source source;
  std::unique_ptr<Form> form;
  bool has_rows = false;
  std::size_t forgotten = 0;  // bytes of the file
};

ExampleReader::ExampleReader(const std::filesystem::path& file, const ReadOptions& options)
    : state_(std::make_unique<State>(file, options)) {}

ExampleReader::~ExampleReader() = default;

bool ExampleReader::next(Examples& to, std::int64_t most) {
  to = state_->form->about();
  to.file = state_->source.file;
  for (std::int64_t i = 0; i < most; ++i) {
    std::optional<FormRow> next = state_->form->next();
    if (!next) break;
    state_->add(std::move(*next), to);
    state_->forget_what_was_read();
  }
  state_->has_rows |= !to.rows.empty() || !to.bad_rows.empty();
  require(state_->has_rows || most == 0, "{}: has no {}", to.file, state_->form->rows_are());
  return !to.rows.empty() || !to.bad_rows.empty();
}

double ExampleReader::done() const {
  const std::size_t size = state_->source.text.size();
  return static_cast<double>(size - state_->form->left()) / static_cast<double>(size);
}

Examples read_examples(const std::filesystem::path& file, const ReadOptions& options) {
  ExampleReader reader(file, options);
  Examples all;
  reader.next(all, std::numeric_limits<std::int64_t>::max());
  return all;
}

}  // namespace bertlet::tasks
