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
      return questions(source);
    case Content::choice:
      return choice_table(source);
    case Content::plain:
      return plain_texts(source);
    default:
      return text_table(source);
  }
}

const char* rows_are(Content content) {
  return content == Content::words ? "sentences" : content == Content::question ? "questions" : "rows";
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

ExampleReader::ExampleReader(const std::filesystem::path& file, const ReadOptions& options) {
  if (std::filesystem::is_regular_file(file))
    mapped_ = std::make_unique<io::MappedFile>(file);
  else
    bytes_ = io::read_file(file);
  const std::string_view bytes = mapped_ ? mapped_->text(0, mapped_->size()) : bytes_;
  source_ = std::make_unique<Source>(Source{file.string(), plain_text(bytes, file.string()), options});
  form_ = form_of(*source_);
}

ExampleReader::~ExampleReader() = default;

void ExampleReader::forget_what_was_read() {
  if (!mapped_) return;
  const std::size_t read = mapped_->size() - form_->left();
  if (read < forgotten_ + forgotten_at_once) return;
  mapped_->forget_before(read);
  forgotten_ = read;
}

bool ExampleReader::next(Examples& to, int64_t most) {
  to = form_->about();
  to.file = source_->file;
  for (int64_t i = 0; i < most; ++i) {
    std::optional<FormRow> next = form_->next();
    if (!next) break;
    if (next->wrong.empty()) {
      to.rows.push_back(std::move(next->row));
    } else {
      require(source_->options.bad_rows == BadRows::collected, "{}: {}", to.place(next->row), next->wrong);
      to.bad_rows.push_back({next->row.line, std::move(next->wrong)});
    }
    forget_what_was_read();
  }
  const bool has_read = !to.rows.empty() || !to.bad_rows.empty();
  has_rows_ |= has_read;
  require(has_rows_ || most == 0, "{}: has no {}", to.file, rows_are(source_->options.content));
  return has_read;
}

double ExampleReader::done() const {
  const std::size_t size = source_->text.size();
  return static_cast<double>(size - form_->left()) / static_cast<double>(size);
}

Examples read_examples(const std::filesystem::path& file, const ReadOptions& options) {
  ExampleReader reader(file, options);
  Examples all;
  reader.next(all, std::numeric_limits<int64_t>::max());
  return all;
}

}  // namespace bertlet::tasks
