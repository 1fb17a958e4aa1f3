//! Videos and sounds drawn for the tests, by the `ffmpeg` of the machine (`make ffmpeg`).

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A clip: `source` is what `ffmpeg` draws, `output` how it is written, `name` tells the container.
///
/// `video("d=1:s=320x240", &["-c:v", "libx264"], "a.mp4")`
pub fn video(picture: &str, output: &[&str], name: &str) -> Vec<u8> {
    draw(&["-f", "lavfi", "-i", &format!("testsrc2={picture}")], output, name)
}

/// As [`video`], with a tone.
pub fn film(picture: &str, output: &[&str], name: &str) -> Vec<u8> {
    let picture = format!("testsrc2={picture}");
    let inputs = ["-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", "sine=d=1"];
    draw(&inputs, &[output, &["-shortest"]].concat(), name)
}

/// A tone of a second.
pub fn sound(output: &[&str], name: &str) -> Vec<u8> {
    draw(&["-f", "lavfi", "-i", "sine=d=1"], output, name)
}

/// Whatever `ffmpeg` makes of these inputs.
pub fn draw(inputs: &[&str], output: &[&str], name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    let mut ffmpeg = Command::new("ffmpeg");
    let made = ffmpeg.args(["-v", "error", "-nostdin"]).args(inputs).args(output).arg(&file);
    let made = made.output().expect("ffmpeg must be installed: make ffmpeg");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::read(&file).unwrap()
}

/// What `ffprobe` tells about a file: `streams` and `format` with all tags.
pub fn look(bytes: &[u8]) -> Value {
    let file = written(bytes);
    let mut look = Command::new("ffprobe");
    look.args(["-v", "error", "-print_format", "json", "-show_format", "-show_streams"]).arg(file.path());
    let told = look.output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).unwrap()
}

/// A digest of the moving pictures as they are encoded: the same before and after copying.
pub fn digest(bytes: &[u8]) -> String {
    let file = written(bytes);
    let digest = Command::new("ffmpeg")
        .args(["-v", "error", "-i", path(file.path()), "-map", "0:v", "-c", "copy", "-f", "md5", "-"])
        .output()
        .unwrap();
    String::from_utf8(digest.stdout).unwrap()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}
