// The layout of PKWARE's APPNOTE.TXT: entries, then a directory of them, then where that is. Archives of 4 GiB and more
// have a second set of wider fields (zip64), which count wherever the narrow ones are all ones.
#include "bert/io/formats/zip.h"

#include <algorithm>
#include <cstring>

#include "bert/io/files/crc32.h"
#include "bert/io/json/manifest.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

constexpr std::uint32_t entry_mark = 0x04034b50, directory_mark = 0x02014b50, end_mark = 0x06054b50,
                        end64_mark = 0x06064b50, locator64_mark = 0x07064b50;
constexpr std::size_t entry_bytes = 30, directory_bytes = 46, end_bytes = 22, locator64_bytes = 20;
constexpr std::size_t longest_comment = 0xffff;

template <class T>
T at(const MappedFile& archive, std::size_t offset) {
  require(offset <= archive.size() && sizeof(T) <= archive.size() - offset, "{}: the zip archive is cut short",
          archive.name());
  T number;
  std::memcpy(&number, archive.bytes().data() + offset, sizeof(T));
  return number;
}

void require_mark(const MappedFile& archive, std::size_t offset, std::uint32_t mark) {
  require(at<std::uint32_t>(archive, offset) == mark, "{}: byte {}: got {:#010x} in the zip archive, want {:#010x}",
          archive.name(), offset, at<std::uint32_t>(archive, offset), mark);
}

// Only a comment comes after it.
std::size_t find_end(const MappedFile& archive) {
  const std::size_t size = archive.size();
  for (std::size_t back = end_bytes; back <= std::min(size, end_bytes + longest_comment); ++back)
    if (at<std::uint32_t>(archive, size - back) == end_mark) return size - back;
  throw Error(fmt::format("{}: the zip archive is cut short", archive.name()));
}

struct Directory {
  std::uint64_t offset, entries;
};

Directory find_directory(const MappedFile& archive) {
  const std::size_t end = find_end(archive);
  const Directory narrow{at<std::uint32_t>(archive, end + 16), at<std::uint16_t>(archive, end + 10)};
  if (narrow.offset != 0xffffffff && narrow.entries != 0xffff) return narrow;
  if (end < locator64_bytes || at<std::uint32_t>(archive, end - locator64_bytes) != locator64_mark) return narrow;
  const std::uint64_t end64 = at<std::uint64_t>(archive, end - locator64_bytes + 8);
  require_mark(archive, end64, end64_mark);
  return {at<std::uint64_t>(archive, end64 + 48), at<std::uint64_t>(archive, end64 + 32)};
}

// The fields of an entry in the directory.
struct Listed {
  std::string name;
  std::uint64_t size, packed, local;  // `local`: where the entry itself begins
  std::uint32_t crc;
  std::size_t end;  // of these fields
};

// Wider fields stand in an extra block with the number 1, those alone that are all ones, in this order.
void widen(const MappedFile& archive, Listed& listed, std::size_t begin, std::size_t end) {
  while (begin + 4 <= end) {
    const std::size_t block_end = begin + 4 + at<std::uint16_t>(archive, begin + 2);
    std::size_t field = begin + 4;
    if (at<std::uint16_t>(archive, begin) == 1)
      for (std::uint64_t* number : {&listed.size, &listed.packed, &listed.local})
        if (*number == 0xffffffff && field + 8 <= block_end) {
          *number = at<std::uint64_t>(archive, field);
          field += 8;
        }
    begin = block_end;
  }
}

Listed read_listed(const MappedFile& archive, std::size_t begin) {
  require_mark(archive, begin, directory_mark);
  const std::size_t name_end = begin + directory_bytes + at<std::uint16_t>(archive, begin + 28);
  const std::size_t extra_end = name_end + at<std::uint16_t>(archive, begin + 30);
  require(extra_end <= archive.size(), "{}: the zip archive is cut short", archive.name());
  Listed listed{.name = std::string(archive.text(begin + directory_bytes, name_end - begin - directory_bytes)),
                .size = at<std::uint32_t>(archive, begin + 24),
                .packed = at<std::uint32_t>(archive, begin + 20),
                .local = at<std::uint32_t>(archive, begin + 42),
                .crc = at<std::uint32_t>(archive, begin + 16),
                .end = extra_end + at<std::uint16_t>(archive, begin + 32)};
  widen(archive, listed, name_end, extra_end);
  const bool encrypted = (at<std::uint16_t>(archive, begin + 8) & 1) != 0;
  require(!encrypted && at<std::uint16_t>(archive, begin + 10) == 0 && listed.packed == listed.size,
          "{}: {}: is compressed or encrypted, want it stored as it is", archive.name(), listed.name);
  return listed;
}

ZipEntry entry_of(const MappedFile& archive, const Listed& listed) {
  require_mark(archive, listed.local, entry_mark);
  const std::size_t begin = listed.local + entry_bytes + at<std::uint16_t>(archive, listed.local + 26) +
                            at<std::uint16_t>(archive, listed.local + 28);
  require(begin <= archive.size() && listed.size <= archive.size() - begin,
          "{}: {}: got {} bytes from byte {} in an archive of {}", archive.name(), listed.name, listed.size, begin,
          archive.size());
  return {begin, listed.size, listed.crc};
}

}  // namespace

ZipEntries read_zip(const MappedFile& archive) {
  const Directory directory = find_directory(archive);
  ZipEntries entries;
  std::size_t place = directory.offset;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    const Listed listed = read_listed(archive, place);
    require(entries.emplace(listed.name, entry_of(archive, listed)).second, "{}: has '{}' twice", archive.name(),
            listed.name);
    place = listed.end;
  }
  return entries;
}

void check_entry(const MappedFile& archive, const std::string& name, const ZipEntry& entry) {
  if (!is_verifying()) return;
  Crc32 crc;
  crc.add(archive.text(entry.offset, entry.size));
  require(crc.value() == entry.crc, "{}: {}: is not as it was written: got the CRC {:08x}, want {:08x}", archive.name(),
          name, crc.value(), entry.crc);
}

}  // namespace bertlet::io
